"""One visitor as the server sees them: Streamlit's websocket and its upload, without a browser's own work.

The messages are those of Streamlit's wheel (streamlit.proto); what is sent when follows its frontend.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from websockets.asyncio.client import ClientConnection, connect

ANSWER = 'class="q-verdict'  # one on the card of each backbone that has answered
SOUND = re.compile(rb"/api/held/[0-9a-f]{32}")
PATIENCE = 600  # s for anything that is waited for


@dataclass
class Visitor:
    """A page that is open. `drawn` maps the place of each element on it to the element."""

    address: str
    faults: list[str] = field(default_factory=list)
    drawn: dict[tuple[int, ...], object] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # address of a page -> its hash
    files: list = field(default_factory=list)  # FileURLs the server offered
    at: str = ""
    runs: int = 0  # that came to their end
    uploaded: float = float("nan")  # when the last upload had arrived, by time.perf_counter
    _widgets: WidgetStates = field(default_factory=WidgetStates)
    _again: dict[str, asyncio.Task] = field(default_factory=dict)
    _uploader: tuple[str, str] = ("", "")  # its id, its fragment

    async def open(self, page: str) -> None:
        """Opens a page and waits until it is drawn."""
        self._http = requests.Session()
        self._http.headers["Connection"] = "close"  # one kept open is closed by the server after 5 s idle
        health = f"{self.address}/_stcore/health"
        (await asyncio.to_thread(self._http.get, health, timeout=PATIENCE)).raise_for_status()
        self._xsrf = self._http.cookies["_streamlit_xsrf"]
        self._changed = asyncio.Condition()
        self._socket: ClientConnection = await connect(
            self.address.replace("http", "ws") + "/_stcore/stream",
            subprotocols=["streamlit", self._xsrf],
            additional_headers={"Cookie": f"_streamlit_xsrf={self._xsrf}"},
            max_size=None, open_timeout=PATIENCE, ping_timeout=PATIENCE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        await self._run(page_name=page)
        await self.until(lambda: self.runs)

    async def turn_to(self, page: str) -> float:
        """Opens another page of the same session; seconds until it is drawn."""
        start, before = time.perf_counter(), self.runs
        self.drawn.clear()
        await self._run(page_script_hash=self.pages[page])
        await self.until(lambda: self.runs > before)
        return time.perf_counter() - start

    async def upload(self, name: str, data: bytes) -> None:
        """Gives a file to the page's uploader; returns when it has arrived and the page was asked to run."""
        ask = BackMsg()
        ask.file_urls_request.request_id = name
        ask.file_urls_request.file_names.append(name)
        ask.file_urls_request.session_id = self._session
        await self._socket.send(ask.SerializeToString())
        await self.until(lambda: self.files)
        place = self.files.pop()
        sent = await asyncio.to_thread(
            self._http.put, self.address + place.upload_url, files={"file": (name, data, "audio/mpeg")},
            headers={"X-Xsrftoken": self._xsrf}, timeout=PATIENCE,
        )  # fmt: skip
        self.uploaded = time.perf_counter()
        if sent.status_code != 204:
            self.faults.append(f"the upload was answered {sent.status_code}: {sent.text[:200]}")
        given = self._widgets.widgets.add(id=self._uploader[0])
        given.file_uploader_state_value.uploaded_file_info.append(
            UploadedFileInfo(name=name, size=len(data), file_id=place.file_id, file_urls=place)
        )
        self.drawn.clear()
        await self._run(page_script_hash=self.at, fragment_id=self._uploader[1])

    @property
    def answers(self) -> int:
        """How many backbones' answers are on the page."""
        return sum(element.html.body.count(ANSWER) for element in self.drawn.values())

    @property
    def sound(self) -> str:
        """Where the upload plays from; "" while no player is drawn."""
        found = (SOUND.search(element.SerializeToString()) for element in self.drawn.values())
        return next((match[0].decode() for match in found if match), "")

    async def hear(self) -> None:
        """Fetches what the player plays."""
        got = await asyncio.to_thread(self._http.get, self.address + self.sound, timeout=PATIENCE)
        if got.status_code != 200 or not self.sound:
            self.faults.append(f"the sound at {self.sound!r} was answered {got.status_code}")

    async def until(self, seen) -> None:
        """Waits until `seen()`. A lost connection ends it; too long a wait is a TimeoutError."""
        async with self._changed, asyncio.timeout(PATIENCE):
            await self._changed.wait_for(lambda: seen() or self._reading.done())
        if not seen():
            raise ConnectionError("the server closed the connection")

    async def leave(self) -> None:
        """Closes the page."""
        for task in self._again.values():
            task.cancel()
        await self._socket.close()
        await self._reading

    async def _run(self, **asked) -> None:
        message = BackMsg()
        message.rerun_script.widget_states.CopyFrom(self._widgets)
        for key, value in asked.items():
            setattr(message.rerun_script, key, value)
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for data in self._socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            async with self._changed:
                self._take(message)
                self._changed.notify_all()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._session = message.new_session.initialize.session_id
            self.at = message.new_session.page_script_hash
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.at = message.navigation.page_script_hash
        elif kind == "file_urls_response":
            self.files.extend(message.file_urls_response.file_urls)
        elif kind == "script_finished":
            self.runs += message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message.delta)

    def _draw(self, place: tuple[int, ...], delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        self.drawn[place] = element
        kind = element.WhichOneof("type")
        if kind == "file_uploader":
            self._uploader = element.file_uploader.id, delta.fragment_id
        elif kind == "exception":
            self.faults.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.faults.append(element.alert.body)

    def _repeat(self, fragment: str, interval: float) -> None:
        """Runs a fragment again and again, as the frontend does for one with run_every."""
        if fragment in self._again:
            self._again.pop(fragment).cancel()

        async def again() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._run(page_script_hash=self.at, fragment_id=fragment, is_auto_rerun=True)

        self._again[fragment] = asyncio.create_task(again())

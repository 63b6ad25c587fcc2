// The waveform itself, drawn by wavesurfer.js from peaks: it never fetches or plays, sound.js does.

import WaveSurfer from "./vendor/wavesurfer.esm.js"; // 8.0.1, unchanged: dist/wavesurfer.esm.js of `npm pack wavesurfer.js@8.0.1`

/** A wave in `container`; `drawn` is called whenever it stands. */
export function bars(container, { data, look }, drawn) {
  const made = WaveSurfer.create({
    container,
    height: data.lanes.length || data.part ? 62 : 50,
    peaks: [data.peaks.length ? data.peaks : [0]],
    duration: data.seconds,
    waveColor: look.wave,
    progressColor: look.played,
    barWidth: 2,
    barGap: 2,
    barRadius: 1,
    barMinHeight: 2,
    cursorWidth: 0,
    interact: false,
    normalize: true,
  });
  made.on("redrawcomplete", drawn);
  return made;
}

// The selection: what was done to it, sent to Python as operations; Python answers with the rows.

const PAST = 50; // steps that can be taken back

/** Operations on the selection of a scene. `tell(name, value)` is Streamlit's setStateValue, given anew at each run. */
export function createSelection(scene) {
  const held = { scene, ops: [], past: [], turn: 0, known: false, tell: () => {} };
  return {
    take: (data, tell) => take(held, data, tell),
    drawn: (stroke) => drawn(held, stroke),
    invert: () => change(held, held.ops.at(-1)?.kind === "invert" ? held.ops.slice(0, -1) : [...held.ops, { kind: "invert" }]),
    grow: () => grow(held),
    clear: () => held.ops.length > 0 && change(held, []),
    undo: () => undo(held),
    get ops() {
      return held.ops;
    },
    get undoable() {
      return held.past.length + held.ops.length > 0;
    },
  };
}

/** Python's answer is the newest only if it has seen the last thing that was sent. */
function take(held, data, tell) {
  held.tell = tell;
  if (!held.known) held.turn = data.turn;
  held.known = true;
  if (data.turn !== held.turn) return;
  held.ops = data.ops;
  held.scene.pending = null;
}

function change(held, ops) {
  held.past = [...held.past.slice(1 - PAST), held.ops];
  send(held, ops);
}

function send(held, ops) {
  const { scene } = held;
  held.ops = ops;
  held.turn += 1;
  held.tell("selection", { ops, found: scene.data.found, turn: held.turn });
  scene.sketch();
}

function drawn(held, stroke) {
  const entry = { kind: "stroke", ...stroke };
  held.scene.pending = entry;
  change(held, stroke.mode === "new" ? [entry] : [...held.ops, entry]);
}

function grow(held) {
  const { scene } = held;
  const nothing = !scene.total && scene.data.turn === held.turn; // as far as Python has answered
  if (!scene.data.canGrow || nothing) return;
  change(held, [...held.ops, { kind: "grow", panel: scene.data.panels[scene.active].key }]);
}

/** Back to what was before; of a selection that came with the address, one operation fewer. */
function undo(held) {
  if (held.past.length) send(held, held.past.pop());
  else if (held.ops.length) send(held, held.ops.slice(0, -1));
}

// What a cell of the matrix says, and how strong its ground is.

const MINUS = "\u2212";
const LEAST = 0.05; // ink of the smallest count, and of the largest
const MOST = 0.9;
const FULL = 0.62; // the most of a backbone's colour under a difference: its number must stay readable
const STEP = 0.16;

/** The number in the cell: a middle dot for none, a sign where two matrices are compared. */
export function text({ difference }, count) {
  if (count === 0) return "\u00b7";
  if (!difference) return String(count);
  return count > 0 ? `+${count}` : `${MINUS}${-count}`;
}

/** The cell in words: "true nostalgic, heard as tender: 3 clips". */
export function spoken({ counts, classes, noun, difference }, i, j) {
  const count = counts[i][j];
  const cell = `true ${classes[i]}, heard as ${classes[j]}`;
  if (!difference) return `${cell}: ${amount(count, noun)}`;
  if (count === 0) return `${cell}: as many by ${difference.more.title} as by ${difference.less.title}`;
  const [side, other] = count > 0 ? [difference.more, difference.less] : [difference.less, difference.more];
  return `${cell}: ${amount(Math.abs(count), noun)} more by ${side.title} than by ${other.title}`;
}

const amount = (count, noun) => `${count} ${count === 1 ? noun.replace(/s$/, "") : noun}`;

/** {fill, strength 0 to 1, over}: `over` says that ink no longer reads on it. */
export function colour({ counts, difference }, count, choose, theme) {
  if (count === 0) return { fill: theme.ink, strength: 0, over: false };
  if (difference) {
    const side = count > 0 ? difference.more : difference.less;
    return { fill: choose(side.colours), strength: Math.min(FULL, 0.14 + STEP * Math.abs(count)), over: false };
  }
  const most = Math.max(...counts.flat());
  const strength = LEAST + (count / most) * (MOST - LEAST);
  return { fill: theme.ink, strength, over: strength > 0.5 };
}

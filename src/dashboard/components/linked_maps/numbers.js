// Numbers as the map says them.

/** 25000 as "25,000". */
export const whole = (n) => n.toLocaleString("en");

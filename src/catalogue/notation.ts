/** A whole number in plain digits: no sign but a minus, no leading zeros, no exponent, no blanks. */
export const plainInteger = /^(?:0|-?[1-9]\d*)$/;

/** The same with an optional decimal fraction after a point. */
export const plainNumber = /^(?:0|-?0\.\d+|-?[1-9]\d*(?:\.\d+)?)$/;

/** The items of a comma-separated value, trimmed; empty ones, which scripts that append leave, are dropped. */
export function listItems(value: string): string[] {
  if (!value.includes(",")) {
    const only = value.trim();
    return only === "" ? [] : [only];
  }
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

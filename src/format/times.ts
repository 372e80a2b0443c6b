/** How long ago, in short: `12 s ago`, `3 m ago`, `5 h ago`, `2 d ago`. Both in milliseconds since 1970. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** A duration in seconds, as short as it can be read: `41 ms`, `0.7 s`, `12 s`, `10 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.5) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Local date and time to the second, or UTC: `2026-11-22 09:31:07`. */
export function dateTime(at: number, utc: boolean): string {
  const date = new Date(utc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace("T", " ") + (utc ? "Z" : "");
}

/** As headers of mail have it (RFC 5322, 3.3), in UTC: `Thu, 26 Nov 2026 09:31:07 +0000`. */
export function mailDate(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

const units: Readonly<Record<string, number>> = {
  ...{ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
};

/** A time back from now as it is given, such as `30s`, `90m`, `12h`, `2d` or `1w`, in milliseconds; `undefined` for other texts. */
export function parseAge(text: string): number | undefined {
  const [found, count, unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const age = Number(count) * (units[unit] ?? 0);
  return found !== undefined && Number.isFinite(age) ? age : undefined;
}

/** A line of a mail log, parted as syslog(3) writes it. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly host: string;
  /** The program, with its service: `postfix/smtpd`, `dovecot`, `rspamd`. */
  readonly program: string;
  readonly pid: number | undefined;
  readonly text: string;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** RFC 5424's stamp, as rsyslog writes it on Debian 12. */
const exact = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)) /;

/** RFC 3164's stamp, without a year, in the machine's own time. */
const traditional = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)? /;

/** As getmail begins the lines of a log of its own (utilities.py, logtimeformat). */
const getmailStamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ((?:msg|Delivery error|Filter error) .*)$/s;

/** Host, program, its number, and what it says. */
const rest = /^(\S+) ([^\s:[]+)(?:\[(\d+)\])?: (.*)$/s;

/** The name of a file that grep(1) puts before a line. */
const fileName = /^\/[^\s:]+:(?=[A-Z0-9])/;

const day = 86_400_000;

/** The last character that a stamp with a year begins with. */
const nine = 0x39;

/**
 * Parts a line; `undefined` where it is none of a log. A stamp without a year is of the latest year in which it is not
 * after `newest`, in milliseconds since 1970, such as when its file was last written.
 */
export function parseLine(line: string, newest: number): LogLine | undefined {
  const whole = line.startsWith("/") ? line.replace(fileName, "") : line;
  const isExact = whole.charCodeAt(0) <= nine;
  const stamp = isExact ? exact.exec(whole) : traditional.exec(whole);
  if (stamp === null) return isExact ? ofGetmail(whole) : undefined;
  const time = isExact ? Date.parse(stamp[1] ?? "") : withYear(stamp, newest);
  const [found, host = "", program = "", pid, text = ""] = rest.exec(whole.slice(stamp[0].length)) ?? [];
  if (found === undefined || Number.isNaN(time)) return undefined;
  return { time, host, program, pid: pid === undefined ? undefined : Number(pid), text };
}

function ofGetmail(line: string): LogLine | undefined {
  const [, date, clock, text = ""] = getmailStamp.exec(line) ?? [];
  const time = Date.parse(`${date}T${clock}`);
  return Number.isNaN(time) ? undefined : { time, host: "", program: "getmail", pid: undefined, text };
}

/** The latest year that has such a day, and in which it is not after `newest`; `NaN` for none. */
function withYear([, month = "", date, hour, minute, second]: RegExpExecArray, newest: number): number {
  const of = months.indexOf(month);
  // The next year too: the clock may have stood before the year's end when the file was last written.
  const next = new Date(newest).getFullYear() + 1;
  for (let year = next; year > next - 10; year--) {
    const at = new Date(year, of, Number(date), Number(hour), Number(minute), Number(second));
    if (at.getMonth() === of && at.getDate() === Number(date) && at.getTime() <= newest + day)
      return at.getTime();
  }
  return Number.NaN;
}

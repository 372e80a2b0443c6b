import { writeSync } from "node:fs";
import { stdin } from "node:process";
import { MailwrightError } from "../errors.ts";
import { harmless } from "../format/harmless.ts";

/** Shows a question and tells whether y or yes is typed behind it: what was typed, or pasted, before is no answer. */
export async function confirm(question: string): Promise<boolean> {
  return /^\s*y(es)?\s*$/i.test(await typed(`${question} [y/N] `, true, true));
}

/** Reads a line that the terminal does not show. */
export function secret(prompt: string): Promise<string> {
  return typed(prompt, false);
}

const show = (text: string): void => void writeSync(2, text);

/** What is typed, or pasted, before it is asked for. */
let ahead = "";

/** Reads a line key by key, so that the terminal shows nothing that this does not show. */
async function typed(prompt: string, isShown: boolean, isFresh = false): Promise<string> {
  const line = new Line(isShown);
  const restore = (): void => void stdin.setRawMode(false);
  stdin.setEncoding("utf8");
  stdin.setRawMode(true);
  // A terminal in raw mode is of no use to the shell.
  process.on("exit", restore);
  try {
    if (isFresh) await dropAhead(line);
    // Not before, or the terminal would show what a quick hand types.
    show(harmless(prompt));
    ahead = line.take(ahead);
    while (line.state === "open") ahead = line.take(await nextText());
  } finally {
    process.off("exit", restore);
    restore();
    show("\n");
  }
  if (line.state === "entered") return line.text;
  throw new MailwrightError("no answer was given", { code: "NO_ANSWER", hint: "Nothing was touched." });
}

/** Milliseconds without a key after which nobody is typing. */
const quiet = 60;

/** Forgets what was typed ahead, but for the keys that give up. */
async function dropAhead(line: Line): Promise<void> {
  let dropped = ahead;
  ahead = "";
  while (line.state === "open") {
    line.take([...dropped].filter((key) => key === "\u0003" || key === "\u0004").join(""));
    dropped = await nextText(quiet);
    if (dropped === "") return;
  }
}

const signals = ["SIGTERM", "SIGHUP"] as const;

/** What is typed next; "" where it takes too many milliseconds; Ctrl-D where the terminal is gone, or a signal comes. */
function nextText(limit?: number): Promise<string> {
  return new Promise((resolve) => {
    const timer = limit === undefined ? undefined : setTimeout(() => give(""), limit);
    const give = (text: string): void => {
      clearTimeout(timer);
      stdin.off("data", give).off("end", giveUp).pause();
      for (const signal of signals) process.off(signal, giveUp);
      resolve(text);
    };
    const giveUp = (): void => give("\u0004");
    stdin.on("data", give).on("end", giveUp).resume();
    for (const signal of signals) process.on(signal, giveUp);
  });
}

/** A line as it grows by keys; Backspace takes back a character, Ctrl-U all, Ctrl-C and Ctrl-D give up. */
class Line {
  state: "open" | "entered" | "given up" = "open";
  private keys: string[] = [];

  constructor(private readonly isShown: boolean) {}

  get text(): string {
    return this.keys.join("");
  }

  /** Returns what was typed behind the line's end. */
  take(text: string): string {
    const keys = [...text];
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      this.press(key);
      if (this.state !== "open") break;
    }
    return keys.join("");
  }

  private press(key: string): void {
    if (key === "\r" || key === "\n") this.state = "entered";
    else if (key === "\u0003" || key === "\u0004") this.state = "given up";
    else if (key === "\u0015") this.takeBack(this.keys.length);
    else if (key === "\u007f" || key === "\b") this.takeBack(Math.min(1, this.keys.length));
    else {
      this.keys.push(key);
      if (this.isShown) show(harmless(key));
    }
  }

  private takeBack(count: number): void {
    this.keys.splice(this.keys.length - count);
    if (this.isShown) show("\b \b".repeat(count));
  }
}

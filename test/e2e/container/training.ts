/** What scenarios of the filter's training ask: messages to be learned, and how many are. */

import { apply } from "./administrator.ts";
import type { Container } from "./container.ts";
import { waitFor } from "./mail.ts";

/** Switches the filter on where the server was booted without it. */
export async function startFilter(container: Container): Promise<void> {
  await container.must(["config", "setprop", "rspamd", "status", "enabled"]);
  await container.must(["signal-event", "nethserver-mail-filter-update"]);
  await apply(container);
}

export interface Learned {
  readonly spam: number;
  readonly ham: number;
}

/** What Rspamd has learned by now, as its Redis tells; also while Rspamd is away. */
export async function learned(container: Container): Promise<Learned> {
  const { spam, ham } = await status(container);
  return { spam: spam.learned, ham: ham.learned };
}

/** The same, once nothing waits and nothing is at work. */
export async function settled(container: Container, seconds = 30): Promise<Learned> {
  await waitFor(async () => {
    const state = await container.run(["systemctl", "is-active", "mailwright-training.service"]);
    return state.stdout.trim() === "inactive" && (await status(container)).waiting === 0;
  }, seconds);
  return learned(container);
}

interface Status {
  readonly spam: { readonly learned: number };
  readonly ham: { readonly learned: number };
  readonly waiting: number;
}

async function status(container: Container): Promise<Status> {
  const { stdout } = await container.run(["mailwright", "--json", "bayes", "status"]);
  return JSON.parse(stdout) as Status;
}

/** The symbols that Rspamd gives a message. */
export async function verdicts(container: Container, message: string): Promise<string[]> {
  const secret = (await container.must(["config", "getprop", "rspamd", "Password"])).trim();
  const address = "http://127.0.0.1:11334/checkv2";
  const argv = ["curl", "-sf", "-H", `Password: ${secret}`, "--data-binary", "@-", address];
  const answer = JSON.parse(await container.must(argv, { input: message })) as { readonly symbols: object };
  return Object.keys(answer.symbols);
}

const words = {
  spam: ["pills", "watches", "casino", "winner", "prize", "cheap", "offer", "lottery", "loan", "discount"],
  ham: ["meeting", "garden", "train", "window", "letter", "school", "harvest", "recipe", "concert", "bridge"],
};

/**
 * A message of its own for each number and kind; those of one kind are alike. In plain English: Rspamd guesses the
 * language from words that it draws by lot, and what is taken for two languages is two messages to it.
 */
export function letter(number: number, kind: keyof typeof words = "ham"): string {
  const word = (index: number): string =>
    words[kind][(number * 7 + index * 3 + (number % 5) * index) % 10] ?? "";
  const sentences = Array.from(
    { length: 10 },
    (_, index) =>
      `This is what they have said about the ${word(index)} and of your ${word(index + 4)} with number ${number * 40 + index}.`,
  );
  const head = [
    "From: <someone@outside.example.net>",
    "To: <paul@domain.org>",
    `Subject: number ${number} of ${kind}`,
    "Date: Mon, 23 Nov 2026 10:00:00 +0000",
    `Message-ID: <${number}.${kind}@outside.example.net>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
  ];
  return `${head.join("\n")}\n\n${sentences.join("\n")}\n`;
}

/** What scenarios about mailboxes ask of their server: mail that must arrive, and where it lies. */
import { expect } from "vitest";
import { queueIsEmpty } from "./administrator.ts";
import type { Container } from "./container.ts";
import { type Mail, send } from "./mail.ts";

/** Sends a message that must be taken, and waits until the queue is empty. */
export async function deliver(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<void> {
  expect(await send(container, mail), `to ${mail.to}`).toMatchObject({ accepted: true });
  await queueIsEmpty(container);
}

/** Where messages of a subject are, as `INBOX` once for each, sorted; all messages where no subject is given. */
export async function placesOf(container: Container, user: string, subject?: string): Promise<string[]> {
  const query = subject === undefined ? ["all"] : ["header", "subject", subject];
  const argv = ["doveadm", "-f", "flow", "fetch", "-u", user, "mailbox", ...query];
  const { stdout } = await container.run(argv);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((row) => row.replace("mailbox=", ""))
    .sort();
}

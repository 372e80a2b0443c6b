/** Messages of many shapes, made in the container, and what Rspamd says of each. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const folder = "/root/mime";
const shapes = `${folder}/shapes`;
const programs = ["mime_files.py", "mime_shapes.py", "mime_bodies.py", "mime_mutants.py", "scan-all.py"];

/** The columns of mime-shapes.tsv: what is forbidden, and the verdict on each shape then. */
export function expectedVerdicts(): Record<string, Record<string, string>> {
  const text = readFileSync(new URL("../mime-shapes.tsv", import.meta.url), "utf8");
  const [head = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  return Object.fromEntries(
    head
      .slice(1)
      .map((rule, at) => [
        rule,
        Object.fromEntries(rows.map(([name = "", ...cells]) => [name, cells[at] ?? ""])),
      ]),
  );
}

/** Makes all messages. */
export async function makeShapes(container: Container): Promise<void> {
  for (const name of programs)
    await container.write(`${folder}/${name}`, readFileSync(new URL(name, import.meta.url)));
  await container.must(["mkdir", shapes]);
  await container.must(["python3", `${folder}/mime_shapes.py`, shapes]);
}

/** The text of one of them. */
export const readShape = (container: Container, name: string): Promise<string> =>
  container.read(`${shapes}/${name}.eml`);

/**
 * The running Rspamd's verdict on each, or on those that are named: `accepted`, or why an attachment is refused; and the
 * longest time, in seconds.
 */
export async function scanShapes(
  container: Container,
  ...names: string[]
): Promise<{ verdicts: Record<string, string>; longest: number }> {
  const answer: Record<string, { verdict: string; seconds: number }> = JSON.parse(
    await container.must(["python3", `${folder}/scan-all.py`, shapes, ...names]),
  );
  const verdicts = Object.entries(answer).map(([name, { verdict }]) => [name, verdict]);
  return {
    verdicts: Object.fromEntries(verdicts),
    longest: Math.max(...Object.values(answer).map(({ seconds }) => seconds)),
  };
}

/** Has Rspamd judge broken archives: how many, and the longest time of one in seconds. */
export async function scanMutants(container: Container): Promise<{ count: number; longest: number }> {
  return JSON.parse(await container.must(["python3", `${folder}/mime_mutants.py`]));
}

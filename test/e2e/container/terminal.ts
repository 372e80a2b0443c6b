/** Somebody who types at a terminal in a container. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const PROGRAM = readFileSync(new URL("./type.py", import.meta.url), "utf8");

export type Shown = { exit: number; shown: string };

/** Runs a command on a terminal of its own and types an answer, and Enter, behind each prompt. */
export async function typeInto(
  container: Container,
  argv: readonly string[],
  answers: readonly (readonly [prompt: string, text: string])[],
): Promise<Shown> {
  const result = await container.run(["python3", "-c", PROGRAM], {
    input: JSON.stringify({ argv, answers }),
  });
  if (result.exit !== 0) throw new Error(`terminal: exit ${result.exit}\n${result.stderr}`);
  return JSON.parse(result.stdout) as Shown;
}

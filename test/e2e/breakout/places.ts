import { readFileSync } from "node:fs";
import type { Machine } from "./breakout.ts";

/** Where the readers put their files in the machine. */
export const folder = "/tmp/breakout";

/** Puts a program of `programs/` into the machine; returns its path there. */
export async function program(machine: Machine, name: string): Promise<string> {
  const path = `${folder}/${name}`;
  await machine.write(path, readFileSync(`${import.meta.dirname}/programs/${name}`, "utf8"));
  return path;
}

/** The lines of a program's output, the last one's line feed taken off. */
export function lines(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

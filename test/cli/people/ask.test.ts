import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "../run-cli.ts";

const typist = join(project, "test/e2e/container/type.py");
const program = `import { confirm, secret } from ${JSON.stringify(join(project, "src/cli/ask.ts"))};
if (process.argv.at(-1) === "secret") await secret("Password: ");
await Bun.sleep(200);
console.log("answer: " + (await confirm("Go on?")));`;

/** What is shown to somebody at a terminal of its own, who types each text behind its prompt. */
function shown(answers: readonly (readonly [prompt: string, text: string])[], ...args: string[]): string {
  const argv = [process.execPath, "-e", program, "--", ...args];
  const { stdout, stderr } = spawnSync("python3", [typist], {
    input: JSON.stringify({ argv, answers }),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout).shown;
}

const prompt = "Go on? [y/N] ";

describe("a question at a terminal", () => {
  it.each(["y", "Y", "yes", " Yes "])("%j agrees", (text) => {
    expect(shown([[prompt, text]])).toContain("answer: true");
  });

  it.each(["", "n", "yesterday", "you", "y n", "yy"])("%j does not agree", (text) => {
    expect(shown([[prompt, text]])).toContain("answer: false");
  });

  it("is not answered by what was typed before it", () => {
    for (const [text, isAgreed] of [
      ["no", false],
      ["yes", true],
    ] as const) {
      const answers = [
        ["", "y\ry\ry"],
        [prompt, text],
      ] as const;
      expect(shown(answers)).toContain(`answer: ${isAgreed}`);
    }
  });

  it("is not answered by what was pasted with a password", () => {
    const answers = [
      ["Password: ", "secret\ry\ry"],
      [prompt, "n"],
    ] as const;
    expect(shown(answers, "secret")).toContain("answer: false");
  });
});

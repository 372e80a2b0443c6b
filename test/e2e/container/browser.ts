/** Chromium of the container, on the host outside, as playwright drives it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Container } from "./container.ts";

/** Starts the browser; it ends with `close`. */
export async function openBrowser(container: Container): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-browser-"));
  const executablePath = join(folder, "chromium");
  const words = container.outside.argv(["chromium"]).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // A shell's exec keeps the two pipes behind standard error, by which playwright talks with the browser.
  writeFileSync(executablePath, `#!/bin/sh\nexport HOME=/root\nexec ${words.join(" ")} "$@"\n`);
  chmodSync(executablePath, 0o755);
  try {
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
    return browser;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { type Outcome, type RunOptions, runCli, temporaryRoot } from "../run-cli.ts";

/** Where a fragment or a script lies: what is shipped, or what the site has of its own. */
type Layer = "shipped" | "site";

/** A machine below a temporary root, with shipped templates and events of its own. */
export class Trial {
  readonly root = temporaryRoot();
  readonly share = temporaryRoot();

  /** Writes a file, with its folders. */
  put(path: string, text: string | Uint8Array, mode = 0o644): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  /** The real path of a file of the machine. */
  at(path: string): string {
    return join(this.root, path);
  }

  fragment(target: string, name: string, text: string, layer: Layer = "shipped"): string {
    return this.put(join(this.layer(layer), "templates", target, name), text);
  }

  /** A template with one fragment for each text; `metadata` is the text of its template.yaml. */
  template(target: string, fragments: Readonly<Record<string, string>>, metadata = ""): void {
    this.fragment(target, "template.yaml", `syntax: plain\n${metadata}`);
    for (const [name, text] of Object.entries(fragments)) this.fragment(target, name, text);
  }

  event(name: string, manifest: string, layer: Layer = "shipped"): void {
    this.put(join(this.layer(layer), "events", name, "event.yaml"), manifest);
  }

  /** An action script; its body runs in sh, in which `$LOG` is a file for `log` to read. */
  script(event: string, name: string, body: string, layer: Layer = "shipped", mode = 0o755): string {
    const text = `#!/bin/sh\nLOG="$MAILWRIGHT_ROOT/log"\n${body}\n`;
    return this.put(join(this.layer(layer), "events", event, name), text, mode);
  }

  run(program: string, args: readonly string[], options: Partial<RunOptions> = {}): Promise<Outcome> {
    const { env = {}, ...others } = options;
    return runCli(program, args, {
      root: this.root,
      env: { MAILWRIGHT_SHARE: this.share, ...env },
      ...others,
    });
  }

  signal(...args: string[]): Promise<Outcome> {
    return this.run("signal-event", args);
  }

  expand(...args: string[]): Promise<Outcome> {
    return this.run("expand-template", args);
  }

  /** Runs `config`, which must go well. */
  async config(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.run("config", args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    return stdout;
  }

  /** Runs `db`, which must go well. */
  async db(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.run("db", args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    return stdout;
  }

  /** Signals an event, which must go well. */
  async applied(...args: string[]): Promise<Outcome> {
    const outcome = await this.signal(...args);
    expect(outcome).toMatchObject({ exit: 0 });
    return outcome;
  }

  /** A file of the machine; `undefined` where there is none. */
  read(path: string): string | undefined {
    return existsSync(this.at(path)) ? readFileSync(this.at(path), "utf8") : undefined;
  }

  /** What a made file holds below the note that it is made. */
  body(path: string): string | undefined {
    return this.read(path)?.replace(/^(# (Made by mailwright|To change it, add).*\n)+/, "");
  }

  mode(path: string): string {
    return (statSync(this.at(path)).mode & 0o7777).toString(8).padStart(4, "0");
  }

  /** Lines that scripts wrote to `$LOG`. */
  log(): string[] {
    return (this.read("/log") ?? "").split("\n").filter(Boolean);
  }

  private layer(layer: Layer): string {
    return layer === "site" ? join(this.root, "etc/mailwright") : this.share;
  }
}

/** A trial with one template, of `/etc/file`, and the event `go` that makes it. */
export function trialOf(fragments: Readonly<Record<string, string>>, metadata = ""): Trial {
  const trial = new Trial();
  trial.template("/etc/file", fragments, metadata);
  trial.event("go", "description: a trial\ntemplates: [/etc/file]\n");
  return trial;
}

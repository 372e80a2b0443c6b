import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MailwrightError } from "../../../src/errors.ts";
import { Machine, success } from "./harness.ts";

/** One thing that happens to a server between two clean applies. */
type Happening =
  | { readonly kind: "set"; readonly name: "A" | "B"; readonly value: string }
  | { readonly kind: "edit"; readonly file: number; readonly text: string }
  | { readonly kind: "chmod"; readonly file: number; readonly mode: number }
  | { readonly kind: "remove" | "link"; readonly file: number }
  | { readonly kind: "override"; readonly file: number; readonly text: string }
  | { readonly kind: "unoverride"; readonly file: number }
  | { readonly kind: "ship"; readonly file: number; readonly text: string }
  | { readonly kind: "apply" | "refused" | "script fails" | "service dies" | "service refuses" | "disk full" }
  | { readonly kind: "killed"; readonly at: number };

const fileCount = 4;
const file = fc.nat({ max: fileCount - 1 });
const text = fc.constantFrom("one", "two {{config.site.A}}", "three {{config.site.B}}", "");
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    name: fc.constantFrom("A" as const, "B" as const),
    value: fc.constantFrom("", "x", "y", "z"),
  }),
  fc.record({ kind: fc.constant("edit" as const), file, text: fc.constantFrom("by hand\n", "") }),
  fc.record({ kind: fc.constant("chmod" as const), file, mode: fc.constantFrom(0o600, 0o666) }),
  fc.record({ kind: fc.constantFrom("remove" as const, "link" as const), file }),
  fc.record({ kind: fc.constant("override" as const), file, text }),
  fc.record({ kind: fc.constant("unoverride" as const), file }),
  fc.record({
    kind: fc.constant("ship" as const),
    file,
    text: fc.constantFrom("shipped {{config.site.A}}", "newer {{config.site.B}}"),
  }),
  fc.record({
    kind: fc.constantFrom(
      "apply" as const,
      "refused" as const,
      "script fails" as const,
      "service dies" as const,
      "service refuses" as const,
      "disk full" as const,
    ),
  }),
  fc.record({ kind: fc.constant("killed" as const), at: fc.integer({ min: 1, max: 60 }) }),
);

const target = (index: number): string => `/etc/file${index}`;

/** The file 3 exists only while A is x, and the file 2 has a table. */
function prepare(machine: Machine): void {
  machine.set("site", { A: "", B: "" }, "thing");
  for (let index = 0; index < fileCount; index++) {
    const metadata = [
      "services: [postfix]\ncheck: rspamd\n",
      index === 2 ? "map: cdb\n" : "",
      index === 3 ? 'when: eq config.site.A "x"\n' : "",
    ];
    machine.template(target(index), "first {{config.site.A}} {{config.site.B}}\n", metadata.join(""));
  }
  const targets = Array.from({ length: fileCount }, (_, index) => `  - ${target(index)}\n`).join("");
  machine.event("go", `templates:\n${targets}services:\n  postfix: reload\n`);
  machine.script("go", "S20-script");
  machine.services.units.set("postfix", { load: "loaded", active: true, enabled: true });
  machine.processes.programs.set("postmap", (argv) => {
    const source = argv.at(-1)?.replace(/^cdb:/, "") ?? "";
    machine.put(`${source}.cdb`, `table of ${machine.read(source)}`);
    return success;
  });
}

const fragment = (machine: Machine, layer: "share" | "site", index: number): string =>
  `${machine.paths[layer]}/templates${target(index)}/10.hbs`;

/** What an administrator, a package or bad luck does. An apply that fails must do so in a sentence. */
async function happen(machine: Machine, one: Happening): Promise<void> {
  switch (one.kind) {
    case "set":
      machine.set(
        "site",
        { ...Object.fromEntries(machine.records.get("site")?.props ?? []), [one.name]: one.value },
        "thing",
      );
      return;
    case "edit":
      remove(machine, target(one.file));
      return machine.put(target(one.file), one.text);
    case "chmod":
      if (machine.system.files.status(target(one.file))?.kind === "file")
        machine.volume.chmodSync(target(one.file), one.mode);
      return;
    case "remove":
      return remove(machine, target(one.file));
    case "link":
      remove(machine, target(one.file));
      machine.put("/etc/elsewhere", "elsewhere\n");
      machine.volume.symlinkSync("/etc/elsewhere", target(one.file));
      return;
    case "override":
      return machine.put(fragment(machine, "site", one.file), one.text);
    case "unoverride":
      return remove(machine, fragment(machine, "site", one.file));
    case "ship":
      return machine.put(fragment(machine, "share", one.file), one.text);
    default:
      return trouble(machine, one);
  }
}

/** A link itself, and not what it leads to. */
function remove(machine: Machine, path: string): void {
  if (machine.system.files.status(path) !== undefined) machine.volume.unlinkSync(path);
}

async function trouble(machine: Machine, one: Happening): Promise<void> {
  const { services, processes } = machine;
  if (one.kind === "script fails") machine.script("go", "S20-script", { ...success, exit: 1 });
  if (one.kind === "service dies") services.dying.add("postfix reload");
  if (one.kind === "service refuses") services.failing.add("postfix reload");
  if (one.kind === "refused") {
    machine.put("/etc/rspamd/rspamd.conf", "");
    processes.programs.set("rspamadm", () => ({ ...success, exit: 1, stderr: "refused" }));
  }
  if (one.kind === "disk full") machine.breakAfter(0, "writeFileSync", "ENOSPC");
  if (one.kind === "killed") machine.breakAfter(one.at, undefined, "KILLED");
  try {
    await machine.apply("go");
  } catch (error) {
    const isKilled = one.kind === "killed" && String(error).includes("KILLED");
    if (!isKilled && !(error instanceof MailwrightError)) throw error;
  } finally {
    machine.script("go", "S20-script");
    services.dying.clear();
    services.failing.clear();
    processes.programs.delete("rspamadm");
    machine.mend();
  }
}

/** Everything below /etc that mailwright makes, with modes; nothing else may be there, temporaries neither. */
function made(machine: Machine): unknown {
  return Object.entries(machine.volume.toJSON())
    .filter(([path]) => path.startsWith("/etc/") && !/^\/etc\/(mailwright|rspamd|elsewhere)/.test(path))
    .map(([path, content]) => [path, content, (machine.volume.lstatSync(path).mode & 0o7777).toString(8)])
    .sort();
}

describe("whatever happens to a server", () => {
  it("one clean apply ends in the same files as a fresh installation with the same settings", async () => {
    let applies = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (happenings) => {
        const machine = new Machine();
        prepare(machine);
        for (const one of happenings) await happen(machine, one);
        await machine.apply("go");
        applies++;

        const fresh = new Machine();
        prepare(fresh);
        for (const one of happenings) {
          if (["set", "override", "unoverride", "ship"].includes(one.kind)) await happen(fresh, one);
        }
        await fresh.apply("go");
        expect(made(machine)).toEqual(made(fresh));
        expect(machine.ledger.keptFiles("unverified")).toEqual([]);
        expect([...machine.ledger.units.values()]).toEqual([...fresh.ledger.units.values()]);

        // And once more there is nothing left to do.
        await machine.apply("go");
        expect(machine.detail("plan")).toContain("0 changed");
        expect(machine.services.verbs).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(applies).toBeGreaterThanOrEqual(400);
  });
});

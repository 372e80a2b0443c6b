import { describe, expect, it } from "vitest";
import { fileDiff } from "../../../src/apply/file-diff.ts";
import { type DiskFile, planFile } from "../../../src/apply/plan.ts";
import type { FileStatus } from "../../../src/system/system.ts";
import type { RenderedFile } from "../../../src/template/render.ts";

interface Wish {
  readonly text: string | undefined;
  readonly mode?: number;
  readonly secret?: boolean;
  readonly lines?: RenderedFile["lines"];
}

const rendered = ({ text, mode = 0o644, secret = false, lines = [] }: Wish): RenderedFile => ({
  ...{ path: "/etc/file", template: "/etc/file", text, lines, secret, fragments: [] },
  metadata: {
    ...{ syntax: "plain", owner: "dovecot", group: "mail", mode, comment: false, secret: false },
    ...{ check: undefined, services: [], when: undefined, each: undefined, name: undefined, map: undefined },
    pem: undefined,
    keys: undefined,
    listens: undefined,
    needs: undefined,
  },
});

function disk(text: string | undefined, mode = 0o644): DiskFile {
  if (text === undefined) return { bytes: undefined, status: undefined };
  const status: FileStatus = { kind: "file", mode, uid: 0, gid: 0, modified: 0 };
  return { bytes: Buffer.from(text), status };
}

const diffOf = (wish: Wish, before: DiskFile): string =>
  fileDiff(planFile(rendered(wish), before, undefined, { uid: undefined, gid: undefined }));

describe("the difference that a plan makes to a file", () => {
  it("names the fragments and the properties that the new lines come from, and none of the old ones", () => {
    const lines = [
      { fragment: "template.yaml", line: 1, uses: [] },
      { fragment: "/t/10old.hbs", line: 1, uses: [{ source: "rspamd Old", secret: false }] },
      {
        fragment: "/t/20new.hbs",
        line: 4,
        uses: [
          { source: "rspamd Two", secret: false },
          { source: "rspamd One", secret: false },
        ],
      },
    ];
    const patch = diffOf({ text: "# header\nold\nnew\n", lines }, disk("old\n"));
    expect(patch).toContain("+++ /etc/file\tfrom 20new.hbs, rspamd One, rspamd Two\n");
    expect(patch).toMatch(/^\+new$/m);
  });

  it("of a file whose mode or owner alone is wrong is a sentence", () => {
    expect(diffOf({ text: "a\n", mode: 0o640 }, disk("a\n", 0o600))).toBe(
      "/etc/file: mode and owner become 0640 dovecot:mail\n",
    );
  });

  it("of a new file is cut short, and says how to see the rest", () => {
    const text = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
    const shown = diffOf({ text }, disk(undefined)).split("\n");
    expect(shown).toHaveLength(42);
    expect(shown.at(-2)).toBe("… 64 more lines: expand-template --stdout /etc/file");
  });

  it("of a file that is to be removed shows all of it", () => {
    expect(diffOf({ text: undefined }, disk("a\nb\n"))).toContain("@@ -1,2 +0,0 @@\n-a\n-b\n");
  });

  it.each<[what: string, wish: Wish, before: DiskFile, said: string]>([
    ["is made of a secret", { text: "S3cret\n", secret: true }, disk("a\n"), "changes"],
    ["not all may read", { text: "S3cret\n", mode: 0o640 }, disk("a\n"), "changes"],
    ["not all could read before", { text: "a\n" }, disk("S3cret\n", 0o600), "changes"],
    ["not all may read, and is new", { text: "S3cret\n", mode: 0o600 }, disk(undefined), "changes"],
    ["not all could read, and goes", { text: undefined }, disk("S3cret\n", 0o640), "is removed"],
  ])("of a file that %s is not shown", (_, wish, before, said) => {
    expect(diffOf(wish, before)).toBe(`/etc/file: ${said}; not shown, for it holds secrets\n`);
  });

  it("of a table of 100 000 lines of which one changes is quick and small", () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `user${index}@example.org mailbox`);
    const text = (all: readonly string[]): string => `${all.join("\n")}\n`;
    const after = lines.map((line, index) => (index === 70_000 ? "other@example.org mailbox" : line));
    const start = performance.now();
    const patch = diffOf({ text: text(after) }, disk(text(lines)));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(patch.length).toBeLessThan(1000);
    expect(patch).toContain("-user70000@example.org mailbox\n+other@example.org mailbox\n");
  });
});

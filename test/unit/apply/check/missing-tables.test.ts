import { describe, expect, it } from "vitest";
import { Machine, success } from "../harness.ts";

function machine(line: string): Machine {
  const made = new Machine();
  made.template("/etc/postfix/main.cf", `a = 1\n${line}\n`);
  made.put(
    "/usr/share/mailwright/templates/etc/postfix/main.cf/template.yaml",
    "syntax: postfix-main\ncomment: false\ncheck: postfix\n",
  );
  made.template("/etc/postfix/own", "a b\n", "services: []\nmap: cdb\n");
  made.event("go", "templates: [/etc/postfix/main.cf, /etc/postfix/own]\n");
  made.processes.programs.set("postmap", (argv) => {
    made.put(`${argv.at(-1)?.replace(/^cdb:/, "")}.cdb`, "table");
    return success;
  });
  return made;
}

describe("a table that main.cf names", () => {
  it("and that is not there is refused, with the fragment that names it", async () => {
    const made = machine("smtpd_client_restrictions = check_client_access hash:/etc/postfix/gone, permit");
    const failure = await made.apply("go").catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: "postfix refuses the new configuration", exit: 4 });
    expect(String(Reflect.get(failure as object, "hint"))).toContain(
      "hash:/etc/postfix/gone: there is no /etc/postfix/gone.db (postmap hash:/etc/postfix/gone)\nline 2 is from",
    );
    expect(made.read("/etc/postfix/main.cf")).toBeUndefined();
  });

  it.each([
    ["is made by the same event", "virtual_alias_maps = cdb:/etc/postfix/own"],
    ["is in a comment", "# virtual_alias_maps = hash:/etc/postfix/gone"],
    ["is text that is read as it is", "header_checks = regexp:/etc/postfix/gone"],
  ])("and that %s is accepted", async (_, line) => {
    await expect(machine(line).apply("go")).resolves.toBeDefined();
  });

  it("and that another event makes is accepted, for its event may come later", async () => {
    const made = machine("virtual_alias_maps = cdb:/etc/postfix/later");
    made.template("/etc/postfix/later", "a b\n", "services: []\nmap: cdb\n");
    await expect(made.apply("go")).resolves.toBeDefined();
  });

  it("is not missed where there is no postmap, which is said", async () => {
    const made = machine("virtual_alias_maps = hash:/etc/postfix/gone");
    made.processes.programs.delete("postmap");
    await made.apply("go");
    expect(made.notices.join("\n")).toContain("postmap is not installed");
  });

  it("and that somebody has made is accepted", async () => {
    const made = machine("virtual_alias_maps = lmdb:/etc/postfix/site");
    made.put("/etc/postfix/site.lmdb", "table");
    await expect(made.apply("go")).resolves.toBeDefined();
  });
});

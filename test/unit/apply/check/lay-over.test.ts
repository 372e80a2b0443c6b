import { beforeEach, describe, expect, it } from "vitest";
import { Machine, success } from "../harness.ts";
import { check, failure, left, planned, refusalOf, stageOf } from "./planned.ts";

let machine: Machine;
const seen = new Map<string, string | undefined>();

/** nginx that notes these files of its stage. */
function nginxThatReads(...paths: string[]): void {
  machine.processes.programs.set("nginx", (argv) => {
    for (const path of paths) {
      seen.set(path, machine.read(`${stageOf(argv)}${path}`)?.replaceAll(stageOf(argv), "STAGE"));
    }
    return success;
  });
}

beforeEach(() => {
  machine = new Machine();
  seen.clear();
  machine.put("/etc/nginx/nginx.conf", "include /etc/nginx/conf.d/*.conf;\ninclude /srv/own.conf;\n");
  machine.put("/etc/nginx/sites-available/default", "old;\n");
  machine.volume.mkdirSync("/etc/nginx/sites-enabled");
  machine.volume.symlinkSync("/etc/nginx/sites-available/default", "/etc/nginx/sites-enabled/default");
});

const site = planned("/etc/nginx/sites-available/default", "new;\nnosuch;\n", { check: "nginx" });

describe("a staged tree", () => {
  it("has whole paths that lead into it, in planned files and in those that stay", async () => {
    nginxThatReads("/etc/nginx/nginx.conf", "/etc/nginx/conf.d/a.conf");
    await check(machine, [planned("/etc/nginx/conf.d/a.conf", "alias /etc/nginx/x;\n", { check: "nginx" })]);
    expect(Object.fromEntries(seen)).toEqual({
      "/etc/nginx/nginx.conf": "include STAGE/etc/nginx/conf.d/*.conf;\ninclude /srv/own.conf;\n",
      "/etc/nginx/conf.d/a.conf": "alias STAGE/etc/nginx/x;\n",
    });
    expect(machine.read("/etc/nginx/nginx.conf")).toContain("include /etc/nginx/conf.d");
  });

  it("has the planned files of others that its files name, and no others", async () => {
    nginxThatReads("/etc/nginx/nginx.conf", "/srv/own.conf", "/srv/other.conf");
    await check(machine, [site, planned("/srv/own.conf", "own;\n"), planned("/srv/other.conf", "other;\n")]);
    expect(seen.get("/etc/nginx/nginx.conf")).toContain("include STAGE/srv/own.conf;");
    expect(seen.get("/srv/own.conf")).toBe("own;\n");
    expect(seen.get("/srv/other.conf")).toBeUndefined();
  });

  it("has links that lead to its own files, and the words by the link point at the planned file", async () => {
    nginxThatReads("/etc/nginx/sites-enabled/default");
    await check(machine, [site]);
    expect(seen.get("/etc/nginx/sites-enabled/default")).toBe("new;\nnosuch;\n");
    machine.processes.programs.set("nginx", (argv) =>
      failure(
        `2026/11/25 14:48:14 [emerg] 6933#6933: unknown directive "nosuch" in ${stageOf(argv)}/etc/nginx/sites-enabled/default:2\n`,
      ),
    );
    expect(await refusalOf(check(machine, [site]))).toEqual([
      "nginx refuses the new configuration",
      'nginx: [emerg] unknown directive "nosuch" in /etc/nginx/sites-enabled/default:2',
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
  });

  it("never lets a planned file through a linked folder onto the machine", async () => {
    machine.put("/srv/conf.d/there.conf", "there;\n");
    machine.volume.symlinkSync("/srv/conf.d", "/etc/nginx/conf.d");
    nginxThatReads("/etc/nginx/conf.d/there.conf", "/etc/nginx/conf.d/a.conf");
    await check(machine, [planned("/etc/nginx/conf.d/a.conf", "a;\n", { check: "nginx" })]);
    expect(Object.fromEntries(seen)).toEqual({
      "/etc/nginx/conf.d/there.conf": "there;\n",
      "/etc/nginx/conf.d/a.conf": "a;\n",
    });
    expect(machine.volume.readdirSync("/srv/conf.d")).toEqual(["there.conf"]);
  });

  it("is copied from behind a tree that is a link itself", async () => {
    machine.put("/srv/nginx/nginx.conf", "behind;\n");
    machine.volume.rmSync("/etc/nginx", { recursive: true });
    machine.volume.symlinkSync("/srv/nginx", "/etc/nginx");
    nginxThatReads("/etc/nginx/nginx.conf", "/etc/nginx/conf.d/a.conf");
    await check(machine, [planned("/etc/nginx/conf.d/a.conf", "a;\n", { check: "nginx" })]);
    expect(seen.get("/etc/nginx/nginx.conf")).toBe("behind;\n");
    expect(machine.volume.existsSync("/srv/nginx/conf.d")).toBe(false);
  });

  it("takes what nginx writes for a test as well, and the number of its process", async () => {
    machine.put("/etc/nginx/nginx.conf", "pid /run/nginx.pid;\nerror_log /var/log/nginx/error.log;\n");
    machine.processes.programs.set("nginx", (argv) => {
      const text = machine.read(`${stageOf(argv)}/etc/nginx/nginx.conf`) ?? "";
      const paths = [...text.matchAll(/ (\/\S+);/g)].map(([, path = ""]) => path);
      for (const path of paths) machine.volume.writeFileSync(path, "");
      seen.set("paths", paths.join(" ").replaceAll(stageOf(argv), "STAGE"));
      return success;
    });
    await check(machine, [site]);
    expect(seen.get("paths")).toBe("STAGE/run/nginx.pid STAGE/var/log/nginx/error.log");
    expect(left(machine)).toEqual([]);
  });

  it("has no file that is so young that Postfix waits for it", async () => {
    const ages: number[] = [];
    machine.put("/etc/postfix/main.cf", "a = /etc/postfix/b\n");
    machine.put("/etc/postfix/master.cf", "new\n");
    for (const name of ["postconf", "postfix"]) machine.processes.programs.set(name, () => success);
    machine.processes.programs.set("postmap", (argv) => {
      for (const name of ["main.cf", "master.cf", "table"]) {
        const { mtimeMs } = machine.volume.statSync(`${stageOf(argv)}/etc/postfix/${name}`);
        ages.push(machine.system.clock.now() - Number(mtimeMs));
      }
      return success;
    });
    await check(machine, [planned("/etc/postfix/table", "x y\n", { check: "postfix" })]);
    expect(ages.length).toBeGreaterThan(0);
    for (const age of ages) expect(age).toBeGreaterThanOrEqual(10_000);
  });
});

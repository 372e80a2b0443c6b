import type { Settings } from "../../mail/settings.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

/** A package of Debian, and the versions of its program that the made files are for. */
interface Program {
  readonly package: string;
  readonly supported: RegExp;
  readonly versions: string;
  isNeeded(settings: Settings): boolean;
}

const always = (): boolean => true;
const on =
  (key: string) =>
  (settings: Settings): boolean =>
    settings.prop("configuration", key, "status") === "enabled";

/** Debian 12's; ClamAV is brought to newer versions there, since its signatures ask for them. */
const programs: readonly Program[] = [
  { package: "postfix", supported: /^3\.7\./, versions: "3.7", isNeeded: always },
  { package: "dovecot-core", supported: /^2\.3\./, versions: "2.3", isNeeded: always },
  { package: "rspamd", supported: /^3\.4\b/, versions: "3.4", isNeeded: on("rspamd") },
  { package: "redis-server", supported: /^7\.0\./, versions: "7.0", isNeeded: on("rspamd") },
  { package: "clamav-daemon", supported: /^(0\.103|1)\./, versions: "1", isNeeded: on("clamd@rspamd") },
  {
    package: "getmail6",
    supported: /^6\./,
    versions: "6",
    isNeeded: (settings) => [...settings.records("getmail")].some(({ prop }) => prop("status") === "enabled"),
  },
];

/** The status of dpkg-query(1) where it knows some of the packages, or none of them; above, it has failed. */
const unknownPackage = 1;

export const versions: Check = {
  name: "versions",
  about:
    "Postfix, Dovecot and, where they are needed, Rspamd, Redis, ClamAV and getmail are installed, in versions that the files are made for",
  isOfMachine: true,
  look: async ({ system, settings }) => {
    const needed = programs.filter(({ isNeeded }) => isNeeded(settings));
    const names = needed.map((program) => program.package);
    const fields = ["db:Status-Status", "Package", "Version"].map((field) => `\${${field}}`);
    const format = `--showformat=${fields.join(" ")}\\n`;
    const argv = ["dpkg-query", "--show", format, ...names] as const;
    const { exit, stdout } = await system.processes.inspect(argv, { timeout: 5000 });
    if (exit > unknownPackage)
      return [warning("dpkg-query does not tell which versions are installed", "dpkg", "dpkg-query --show")];
    return judgeVersions(needed, installedVersions(stdout));
  },
};

/** Versions by package, without epoch and Debian's own part, from lines such as `installed rspamd 3.4-1`. */
export function installedVersions(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => /^installed (\S+) (?:\d+:)?([^-+~\s]+)/.exec(line));
  return new Map(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? "", found[2] ?? ""]])));
}

export function judgeVersions(
  needed: readonly Pick<Program, "package" | "supported" | "versions">[],
  installed: ReadonlyMap<string, string>,
): Finding[] {
  return needed.flatMap(({ package: name, supported, versions: known }) => {
    const version = installed.get(name);
    if (version === undefined) return [critical(`${name} is not installed`, name, `apt install ${name}`)];
    if (supported.test(`${version}.`)) return [];
    return [
      warning(`${name} ${version} is installed; the files are made for ${known}`, name, `apt policy ${name}`),
    ];
  });
}

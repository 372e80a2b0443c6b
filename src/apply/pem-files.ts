import { MailwrightError } from "../errors.ts";
import { selfSigned } from "../mail/certificate.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import { Evaluation } from "../template/evaluate.ts";
import type { Template } from "../template/library.ts";
import { headerOrigin, type RenderedFile } from "../template/render.ts";
import type { Context } from "../template/scope.ts";
import { syntaxes } from "../template/syntax/syntaxes.ts";
import { type PemFile, pemBundle } from "./pem-bundle.ts";
import { selfSignedCertificate } from "./self-signed.ts";

interface PemEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly settings: { readonly hostname: string };
}

/** The template's files with the key and the certificates behind their text that its `pem` names. */
export async function withPem(
  environment: PemEnvironment,
  template: Template,
  context: Context,
  files: readonly RenderedFile[],
  notice: (text: string) => void,
): Promise<readonly RenderedFile[]> {
  if (template.pem === undefined) return files;
  const origin = `template.yaml of ${template.target}`;
  const named = new Evaluation(syntaxes[template.metadata.syntax], context).value(template.pem, origin);
  if (!Array.isArray(named)) throw new MailwrightError(`${origin}: pem is no list`, { code: "TEMPLATE" });
  const sources: PemFile[] = [];
  for (const path of named.map(String)) {
    const text = await contentOf(environment, path);
    if (text === undefined) {
      notice(`openssl is not installed: ${template.target} is not made`);
      return files.map((file) => ({ ...file, text: undefined, lines: [] }));
    }
    sources.push({ path, text });
  }
  const bundle = pemBundle(sources);
  const lines = bundle.split("\n").slice(0, -1);
  return files.map((file) => ({
    ...file,
    text: `${file.text ?? ""}${bundle}`,
    lines: [...file.lines, ...lines.map(() => ({ fragment: headerOrigin, line: 1, uses: [] }))],
  }));
}

async function contentOf(environment: PemEnvironment, path: string): Promise<string | undefined> {
  const { system, paths, settings } = environment;
  const target = paths.target(path);
  if (path === selfSigned) return selfSignedCertificate(system, target, settings.hostname);
  const text = system.files.readText(target);
  if (text !== undefined) return text;
  throw new MailwrightError(`there is no file ${path}`, {
    code: "CERTIFICATE",
    hint: "It is named by CrtFile, KeyFile or ChainFile: config show pki. Nothing was touched.",
  });
}

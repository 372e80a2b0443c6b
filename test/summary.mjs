// Prints the tests that were left out, and how many of all runs passed as the last line of CI. Usage: node test/summary.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const folder = process.argv[2] ?? "dist/reports";
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
const failed = sum("numFailedTests");
// A file that could not even be read counts as one failure.
const broken = reports.filter(({ success, numFailedTests }) => !success && numFailedTests === 0).length;
const leftOut = reports
  .flatMap(({ testResults }) => testResults)
  .flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== "passed" && status !== "failed")
      .map(({ fullName }) => `  ${relative(process.cwd(), name)}: ${fullName}`),
  );
if (leftOut.length > 0) console.log(`skipped:\n${leftOut.join("\n")}`);
console.log(`${sum("numPassedTests")} passed, ${failed + broken} failed, ${sum("numPendingTests")} skipped`);
process.exitCode = failed + broken === 0 && sum("numPassedTests") > 0 ? 0 : 1;

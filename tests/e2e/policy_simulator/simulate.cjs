// Judges requests by IAM policies: reads a JSON array of simulations on standard input, writes their results.
// Run in the directory that install_node_tool.sh made. A simulation that is no valid one stops everything.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { runSimulation } = createRequire(`${process.cwd()}/`)("@cloud-copilot/iam-simulate");

async function main() {
  const results = [];
  for (const simulation of JSON.parse(readFileSync(0, "utf8"))) {
    const answer = await runSimulation(simulation, {});
    if (answer.resultType === "error") throw new Error(JSON.stringify([simulation.request, answer.errors]));
    results.push(answer.overallResult);
  }
  process.stdout.write(JSON.stringify(results));
}

main();

// Runs named scenarios one after another and prints each one's end as a line of JSON, for a test outside to report.

/** `scenarios`: name to an async function. One that throws fails; the others run all the same. */
export async function runScenarios(scenarios) {
  for (const [name, run] of Object.entries(scenarios)) {
    const began = performance.now();
    let failure;
    try {
      await run();
    } catch (fault) {
      failure = `${fault?.stack ?? fault} ${fault?.cause ? `| cause: ${fault.cause}` : ''} ${fault?.body ? JSON.stringify(fault.body) : ''}`;
    }
    console.log(JSON.stringify({ name, ok: failure === undefined, failure, ms: Math.round(performance.now() - began) }));
  }
}

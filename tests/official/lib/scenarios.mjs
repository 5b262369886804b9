// Runs named scenarios one after another; in Node each one's end is a line of JSON, for a test outside to report.

/** `scenarios`: name to an async function. One that throws fails; the others run all the same. */
export async function runScenarios(scenarios, report = result => console.log(JSON.stringify(result))) {
  // Some clients lose a failure on its way; it belongs to the scenario that runs.
  let lost;
  globalThis.process?.on?.('unhandledRejection', fault => lost?.(fault));
  globalThis.addEventListener?.('unhandledrejection', event => { event.preventDefault(); lost?.(event.reason); });
  for (const [name, run] of Object.entries(scenarios)) {
    let failure;
    try {
      const unhandled = new Promise((_, failed) => { lost = failed; });
      await Promise.race([run(), unhandled]);
    } catch (fault) {
      failure = `${fault?.stack ?? fault} ${fault?.cause ? `| cause: ${fault.cause}` : ''} ${fault?.body ? JSON.stringify(fault.body) : ''}`;
    }
    report({ name, ok: failure === undefined, failure });
  }
}

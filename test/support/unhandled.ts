/**
 * Mocha 12 listens for rejections nobody handled and passes them on to the other listeners of the process; without one
 * they vanish and the run stays green. Thrown from here they fail the test that runs, or the run itself when none does.
 */
process.on('unhandledRejection', (reason) => {
  throw reason instanceof Error ? reason : new Error(`a rejection nobody handled: ${String(reason)}`);
});

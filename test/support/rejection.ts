/** What a promise rejects with, or a function throws: for tests that look at more than the class. */

export async function rejectionOf(promise: unknown): Promise<any> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The promise was fulfilled, although it should have been rejected.");
}

export function thrownBy(work: () => unknown): any {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("The function returned, although it should have thrown.");
}

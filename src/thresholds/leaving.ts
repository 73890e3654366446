const LEAVING = /^(?:phases\.|failures\.phase\()(?:unsubscribe|disconnect|close)\b/;

/** Whether a metric is about what happens while connections leave, after the hold. */
export function isAboutLeaving(metric: string): boolean {
  return LEAVING.test(metric);
}

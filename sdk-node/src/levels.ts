/** Severities, ordered. The numbers are OpenTelemetry's. */
export const SEVERITIES = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

export type Level = keyof typeof SEVERITIES;

/**
 * Words of npm, syslog and other frameworks. Each is stored as one of ours, with the word beside
 * it.
 */
const ALIASES: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['silly', 'trace'], ['verbose', 'debug'], ['http', 'info'], ['notice', 'info'], ['data', 'info'],
  ['help', 'info'], ['prompt', 'info'], ['log', 'info'], ['input', 'info'], ['information', 'info'],
  ['warning', 'warn'], ['err', 'error'], ['crit', 'fatal'], ['critical', 'fatal'],
  ['alert', 'fatal'], ['emerg', 'fatal'], ['emergency', 'fatal'], ['panic', 'fatal'],
]);

export function isLevel(word: unknown): word is Level {
  return typeof word === 'string' && Object.hasOwn(SEVERITIES, word);
}

/** The level that a framework's word stands for; `info` for a word that nobody knows. */
export function levelOf(word: string): Level {
  if (isLevel(word)) return word;
  const folded = word.toLowerCase();
  return isLevel(folded) ? folded : (ALIASES.get(folded) ?? 'info');
}

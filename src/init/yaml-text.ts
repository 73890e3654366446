/** A text as a scalar of a scenario that is read as itself, whatever it holds. It must have no control characters. */
export function literalInYaml(text: string): string {
  return quoted(text.replaceAll('$', '$$$$'));
}

/**
 * `${NAME:-fallback}` as a scalar. A default ends at the first `}` and knows no escape: there it is spelled as in a URL,
 * which is what a default of ours is.
 */
export function variableInYaml(name: string, fallback: string): string {
  return quoted(`\${${name}:-${fallback.replaceAll('}', '%7D')}}`);
}

/** Plain where YAML takes it for nothing else, else in single quotes, in which only they themselves mean something. */
function quoted(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}

/** A plain scalar may not have ": " nor " #", and not begin as something else does. */
const PLAIN = /^(?:\$\{|[A-Za-z/])[\w./:@%+=?&~*!()\-${}]*(?<!:)$/;
/** null and its spellings; other words stay texts in a scenario, but not for every reader of YAML. */
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n|~)$/i;

/**
 * What is wrong with a text that is no YAML.
 */

/** Text that is no YAML; `line` is from 1, or undefined where no line is known. */
export class YamlSyntaxError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.line = line;
  }
}

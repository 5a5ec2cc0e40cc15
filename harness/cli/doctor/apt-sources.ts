/**
 * Reads apt's source lists in both of their formats, and derives an entry for backports from what
 * the machine already uses, so that its mirror and its keys stay the ones that its owner chose.
 */

/** One enabled source of binary packages. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** All else that apt needs to use it (keys, architectures, trust), in the terms of deb822. */
  readonly options: ReadonlyMap<string, string>;
}

/** A source list: its name decides the format. */
export interface AptSourceFile {
  readonly name: string;
  readonly text: string;
}

/** Parses `.sources` (deb822) and `.list` files; apt ignores files with other endings, as we do. */
export function parseAptSources(files: readonly AptSourceFile[]): readonly AptSource[] {
  return files.flatMap(({ name, text }) => {
    if (name.endsWith('.sources')) return parseDeb822(text);
    return name.endsWith('.list') ? parseOneLine(text) : [];
  });
}

/** Stanzas of fields; a line that begins with a blank continues the field. See sources.list(5). */
function parseDeb822(text: string): AptSource[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = parseStanza(stanza);
    const words = (field: string) => (fields.get(field) ?? '').split(/\s+/).filter(Boolean);
    const enabled = !['no', 'false', '0'].includes(fields.get('Enabled')?.toLowerCase() ?? 'yes');
    if (!enabled || !words('Types').includes('deb')) return [];
    const options = new Map([...fields].filter(([name]) => !ownFields.includes(name)));
    const [uris, suites, components] = [words('Uris'), words('Suites'), words('Components')];
    return [{ uris, suites, components, options }];
  });
}

const ownFields = ['Types', 'Uris', 'Suites', 'Components', 'Enabled'];

function parseStanza(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of stanza.matchAll(/^([\w-]+):(.*(?:\n[ \t].*)*)/gm)) {
    fields.set(titleCase(name), value.replace(/^ +/, '').trimEnd());
  }
  return fields;
}

const oneLine = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/;

function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const [matched, options = '', uri = '', suite = '', rest = ''] = oneLine.exec(line) ?? [];
    if (matched === undefined) return [];
    const components = rest.split(/\s+/).filter(Boolean);
    return [{ uris: [uri], suites: [suite], components, options: parseOptions(options) }];
  });
}

/** The options whose name in deb822 is another one; the rest differ in case only. */
const deb822Names: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
};

function parseOptions(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([\w-]+)=(\S+)/g)];
  return new Map(
    pairs.map(([, name = '', value = '']) => {
      return [deb822Names[name] ?? titleCase(name), value.replaceAll(',', ' ')];
    }),
  );
}

/** `signed-by` and `SIGNED-BY` as `Signed-By`: names of fields have no case. */
function titleCase(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** Whether some source already offers the suite. */
export function offersSuite(sources: readonly AptSource[], suite: string): boolean {
  return sources.some(({ suites }) => suites.includes(suite));
}

/**
 * A deb822 entry for `<codename>-backports`, like the machine's entry for the release itself;
 * undefined when it has none.
 */
export function deriveBackports(
  sources: readonly AptSource[],
  codename: string,
): string | undefined {
  const release = sources.find(
    ({ suites, components }) => suites.includes(codename) && components.includes('main'),
  );
  if (!release) return undefined;
  const fields = [
    '# Added by Switchyard for QEMU; remove this file to undo.',
    'Types: deb',
    `URIs: ${release.uris.join(' ')}`,
    `Suites: ${codename}-backports`,
    `Components: ${release.components.join(' ')}`,
    ...[...release.options].map(([name, value]) => optionField(name, value)),
  ];
  return `${fields.join('\n')}\n`;
}

/** An embedded key begins on the line after the field's name. */
function optionField(name: string, value: string): string {
  return value.startsWith('\n') ? `${name}:${value}` : `${name}: ${value}`;
}

/** os-release(5) syntax: quotes, escapes, comments, and lines that are none of these. */

import t from 'tap';
import { parseOsRelease } from '../../images/os-release.js';

const parsed = (text: string) => Object.fromEntries(parseOsRelease(text));

t.test('reads bare and quoted values', (t) => {
  const text = `NAME="Flatcar Container Linux"\nID=flatcar\nVERSION='4593.2.5'\nEMPTY=\n`;
  t.same(parsed(text), {
    NAME: 'Flatcar Container Linux',
    ID: 'flatcar',
    VERSION: '4593.2.5',
    EMPTY: '',
  });
  t.end();
});

t.test('undoes the escapes that a shell would', (t) => {
  t.same(parsed(String.raw`A="a \"b\" \$c \\ \n"`), { A: String.raw`a "b" $c \ \n` });
  t.same(parsed(String.raw`A='a\b'`), { A: String.raw`a\b` });
  t.end();
});

t.test('ignores comments and what is not an assignment', (t) => {
  const text = '# NAME=no\n\nnonsense\n=x\n1A=x\nA="open\nB=\'open\nC=two words\nD="x"y\nE=ok\r\n';
  t.same(parsed(text), { E: 'ok' });
  t.end();
});

t.test('the later of two assignments counts', (t) => {
  t.same(parsed('ID=a\nID=b'), { ID: 'b' });
  t.end();
});

t.test('binary garbage gives nothing', (t) => {
  t.same(parsed('\u0000\u0001=\u0002\n\ufffd\ufffd'), {});
  t.end();
});

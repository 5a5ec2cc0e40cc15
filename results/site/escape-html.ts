/**
 * Text inside HTML, in elements and in quoted attributes: what a guest or a person wrote stays text.
 */

const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };

/** The text with its special characters named. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&${names[character]};`);
}

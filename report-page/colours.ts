/**
 * Colours of the style sheet for what is drawn on a canvas, which knows no `light-dark()`.
 */

import { useEffect, useState } from 'preact/hooks';

/** The colour that a property has where the element is; asked once for each name. */
export function colourOf(element: HTMLElement): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const before = element.style.color;
    element.style.color = `var(${name})`;
    const colour = getComputedStyle(element).color;
    element.style.color = before;
    known.set(name, colour);
    return colour;
  };
}

/** Changes, so that what was drawn is drawn again, when the user goes from light to dark. */
export function useColourScheme(): 'light' | 'dark' {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  return isDark ? 'dark' : 'light';
}

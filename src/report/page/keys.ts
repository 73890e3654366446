// Which keys move the cursor of a chart, and where to: those of a slider (WAI-ARIA Authoring Practices, "Slider").
// Inlined in the page.

/** Steps of PageUp and PageDown. */
const FAR = 10;

/**
 * The index that a key leads to; from none, an arrow leads to the nearer end. null: away from the chart. undefined: the
 * key means nothing here.
 */
export function indexAfterKey(key: string, index: number | null, length: number): number | null | undefined {
  const last = length - 1;
  const within = (to: number): number => Math.min(last, Math.max(0, to));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return index === null ? 0 : within(index + 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return index === null ? last : within(index - 1);
    case 'PageUp':
      return index === null ? 0 : within(index + FAR);
    case 'PageDown':
      return index === null ? last : within(index - FAR);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}

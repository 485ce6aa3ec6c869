/** Where a comparison came from, in words. */
import type { ComparisonSource } from '../../core/preference.ts';

export function sourceWords(source: ComparisonSource, deckTitle: string): string {
  switch (source.kind) {
    case 'deck':
      return `Deck: ${deckTitle}`;
    case 'typed':
      return 'Your own';
    case 'generated':
      return 'Written here';
    case 'edited':
      return 'Your edit';
    case 'import':
      return `${source.file}, line ${source.line.toLocaleString('en')}`;
  }
}

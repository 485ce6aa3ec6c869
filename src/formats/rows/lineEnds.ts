/**
 * Line ends as the readers expect them. A file whose lines end in a carriage return alone, as of old Macs, is given line
 * feeds instead; every other file stays as it is.
 */
export class LineEnds {
  #isOldMac = false;
  /** A carriage return at the end of a piece, which may be half of a CRLF. */
  #held = '';

  /** @param head the start of the file, which shows how its lines end */
  begin(head: string): string {
    // The last character is left out: it may be the first half of a CRLF.
    this.#isOldMac = !head.includes('\n') && head.slice(0, -1).includes('\r');
    return this.push(head);
  }

  push(text: string): string {
    if (!this.#isOldMac) return text;
    const joined = this.#held + text;
    this.#held = joined.endsWith('\r') ? '\r' : '';
    const end = joined.length - this.#held.length;
    return joined.slice(0, end).replace(/\r\n?/g, '\n');
  }

  end(): string {
    return this.#held === '' ? '' : '\n';
  }
}

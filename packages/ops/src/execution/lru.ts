/** A map that forgets what was used longest ago when it grows beyond its limit. */
export class LruMap<K, V> {
  readonly limit: number;
  readonly entries: Map<K, V> = new Map();
  readonly evicted: (value: V) => void;

  constructor(limit: number, evicted: (value: V) => void = () => {}) {
    this.limit = limit;
    this.evicted = evicted;
  }

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.limit) {
      const [oldest, dropped] = this.entries.entries().next().value!;
      this.entries.delete(oldest);
      this.evicted(dropped);
    }
  }

  delete(key: K): void {
    this.entries.delete(key);
  }
}

/**
 * Messages of chat rooms in IndexedDB, newest first, by keys of three parts. IndexedDB's own array keys cannot run backwards in one part:
 * a page of the newest messages of one room would need a reverse cursor, and an index for each direction. Here one store is enough.
 *
 *     const store = await openMessageStore("chat");
 *     await store.add({ room: "lobby", sentAt: new Date(), id: 1, text: "hello" });
 *     await store.newest("lobby", 20);
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import {
  descending,
  type Infer,
  int,
  type KeyRange,
  orderedKey,
  str,
  toIDBKeyRange,
  tuple,
  u32,
} from "parcode-web/key";

/** Room, time in milliseconds with the latest first, and a number that tells messages of one millisecond apart. */
const Key = tuple([str, descending(int), u32]);
const messageKey = orderedKey(Key);

/** One message. */
export interface Message {
  readonly room: string;
  readonly sentAt: Date;
  readonly id: number;
  readonly text: string;
}

interface MessageDatabase extends DBSchema {
  messages: { key: Uint8Array<ArrayBuffer>; value: string };
}

/** A page of messages, and where the next one begins. */
export interface Page {
  readonly messages: Message[];
  /** Give it to {@link MessageStore.newest}; undefined where there are no more. */
  readonly after: Infer<typeof Key> | undefined;
}

export class MessageStore {
  private readonly database: IDBPDatabase<MessageDatabase>;
  constructor(database: IDBPDatabase<MessageDatabase>) {
    this.database = database;
  }

  async add(...messages: readonly Message[]): Promise<void> {
    const { store, done } = this.database.transaction("messages", "readwrite");
    await Promise.all([
      ...messages.map(({ room, sentAt, id, text }) => store.put(text, messageKey.encode([room, sentAt.getTime(), id]))),
      done,
    ]);
  }

  /** The newest messages of a room, page by page: a cursor that stops when the page is full. */
  async newest(room: string, limit: number, after?: Infer<typeof Key>): Promise<Page> {
    const range = messageKey.range({ gt: after, gte: after === undefined ? [room] : undefined, lte: [room] });
    const messages: Message[] = [];
    let last: Infer<typeof Key> | undefined;
    let cursor = await this.database.transaction("messages").store.openCursor(toIDBKeyRange(range));
    while (cursor !== null && messages.length < limit) {
      last = messageKey.decode(cursor.key);
      messages.push(messageOf(last, cursor.value));
      cursor = await cursor.continue();
    }
    return { messages, after: cursor === null ? undefined : last };
  }

  /** The messages of a room from `since` on, oldest first: the same keys, read backwards. */
  async since(room: string, since: Date): Promise<Message[]> {
    // Later messages come first, so from `since` on is up to its key.
    const range = messageKey.range({ gte: [room], lte: [room, since.getTime()] });
    const messages: Message[] = [];
    let cursor = await this.database.transaction("messages").store.openCursor(toIDBKeyRange(range), "prev");
    while (cursor !== null) {
      messages.push(messageOf(messageKey.decode(cursor.key), cursor.value));
      cursor = await cursor.continue();
    }
    return messages;
  }

  /** How many messages a room has. Nothing is read but the keys. */
  count(room: string): Promise<number> {
    return this.database.count("messages", toIDBKeyRange(ofRoom(room)));
  }

  /** The rooms whose names begin so, each found by one step of a cursor behind the one before. */
  async rooms(start = ""): Promise<string[]> {
    const range = toIDBKeyRange(messageKey.prefix([start]));
    const rooms: string[] = [];
    let cursor = await this.database.transaction("messages").store.openKeyCursor(range);
    while (cursor !== null) {
      const [room] = messageKey.decode(cursor.key);
      rooms.push(room);
      const behind = ofRoom(room).upper;
      cursor = behind === undefined ? null : await cursor.continue(behind);
    }
    return rooms;
  }

  /** Removes a room's messages in one call. */
  async clear(room: string): Promise<void> {
    await this.database.delete("messages", toIDBKeyRange(ofRoom(room)));
  }

  close(): void {
    this.database.close();
  }
}

/** Opens the store, and makes it where there is none. */
export async function openMessageStore(name: string): Promise<MessageStore> {
  const database = await openDB<MessageDatabase>(name, 1, {
    upgrade: (fresh) => void fresh.createObjectStore("messages"),
  });
  return new MessageStore(database);
}

/** The keys with this room. `prefix([room])` would be those of all rooms whose names begin so. */
function ofRoom(room: string): KeyRange {
  return messageKey.range({ gte: [room], lte: [room] });
}

function messageOf([room, sentAt, id]: Infer<typeof Key>, text: string): Message {
  return { room, sentAt: new Date(sentAt), id, text };
}

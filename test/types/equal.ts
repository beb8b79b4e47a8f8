/** Types that compare types. `type _ = Expect<Equal<A, B>>` does not compile where they differ. */

/** Whether two types are the same, and not only assignable to each other: `any` equals nothing but `any`. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export type Expect<T extends true> = T;

/** An object type with its intersections resolved, so that only its members count. */
export type Flat<T> = { [Name in keyof T]: T[Name] };

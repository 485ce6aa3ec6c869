interface Restricted {
  readonly message: string;
}

export const networkGlobals: readonly (Restricted & { readonly name: string })[];
export const networkProperties: readonly (Restricted & {
  readonly object?: string;
  readonly property: string;
})[];
export const networkSyntax: readonly (Restricted & { readonly selector: string })[];

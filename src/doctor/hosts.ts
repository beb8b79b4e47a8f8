/**
 * Beside the way: how the hosts that many use are configured for range requests. In: headers of an answer, or a host's name.
 * Out: which host that is, and its configuration, as text to be copied. docs/HOSTING.md shows the same texts; a test compares them.
 */

/** Hosts whose configuration is known. */
export const HOST_NAMES = ["nginx", "s3", "r2", "github-pages", "netlify", "vercel"] as const;
/** A host whose configuration is known. */
export type HostName = (typeof HOST_NAMES)[number];

/** How a host is set up to serve `.par` files. */
export interface HostConfiguration {
  readonly title: string;
  /** Where the text goes, and what else there is to know. */
  readonly where: string;
  readonly text: string;
}

// Without the maps, nginx 1.22 sends headers that are marked "always" twice with 416, and browsers take none of the two.
const NGINX = `map $status $par_origin { volatile; default "*"; 416 ""; }
map $status $par_exposed { volatile; default "Content-Range, ETag"; 416 ""; }

server {
    # listen, server_name, root, as they are
    location ~ \\.par$ {
        types { }
        default_type application/octet-stream;
        gzip off;
        etag on;
        add_header Access-Control-Allow-Origin $par_origin always;
        add_header Access-Control-Expose-Headers $par_exposed always;
        add_header Cache-Control "public, max-age=3600, no-transform";
    }
}`;

const S3 = `[
  {
    "AllowedOrigins": ["*"],
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["Range"],
    "ExposeHeaders": ["Content-Range", "ETag"],
    "MaxAgeSeconds": 3600
  }
]`;

const R2 = `{
  "rules": [
    {
      "allowed": { "origins": ["*"], "methods": ["GET", "HEAD"], "headers": ["Range"] },
      "exposeHeaders": ["Content-Range", "ETag"],
      "maxAgeSeconds": 3600
    }
  ]
}`;

const NETLIFY = `/*.par
  Access-Control-Allow-Origin: *
  Access-Control-Expose-Headers: Content-Range, ETag
  Cache-Control: public, max-age=3600, no-transform
  Content-Type: application/octet-stream`;

const VERCEL = `{
  "headers": [
    {
      "source": "/(.*).par",
      "headers": [
        { "key": "Access-Control-Allow-Origin", "value": "*" },
        { "key": "Access-Control-Expose-Headers", "value": "Content-Range, ETag" },
        { "key": "Cache-Control", "value": "public, max-age=3600, no-transform" },
        { "key": "Content-Type", "value": "application/octet-stream" }
      ]
    }
  ]
}`;

const PAGES = `git add world.par
git commit -m "Data"
git push`;

const CONFIGURATIONS: { readonly [Name in HostName]: HostConfiguration } = {
  nginx: {
    title: "nginx",
    where: "In the http block. Where the location is a proxy_pass, also: proxy_force_ranges on;",
    text: NGINX,
  },
  s3: {
    title: "Amazon S3",
    where:
      "Bucket, Permissions, Cross-origin resource sharing. Upload with --content-type application/octet-stream " +
      '--cache-control "public, max-age=3600, no-transform", and without a Content-Encoding. In front of CloudFront: ' +
      "no automatic compression for .par, and a response headers policy that keeps the headers of CORS.",
    text: S3,
  },
  r2: {
    title: "Cloudflare R2",
    where:
      "Saved as cors.json: npx wrangler r2 bucket cors set BUCKET --file cors.json. Serve from a custom domain; a cache " +
      "rule or Cache-Control: no-transform keeps Cloudflare from compressing the file.",
    text: R2,
  },
  "github-pages": {
    title: "GitHub Pages",
    where:
      "No headers can be set. Every origin may read; Content-Range and ETag stay hidden from other origins, which costs one " +
      "HEAD request when a file of more than 64 KiB is opened, and changes are noticed by Last-Modified. Files of at most 100 MB. " +
      "What is compressed goes by the ending of the name: keep .par.",
    text: PAGES,
  },
  netlify: {
    title: "Netlify",
    where: "The file _headers in the folder that is published.",
    text: NETLIFY,
  },
  vercel: {
    title: "Vercel",
    where: "The file vercel.json.",
    text: VERCEL,
  },
};

/** The configuration of a host. */
export function hostConfiguration(name: HostName): HostConfiguration {
  return CONFIGURATIONS[name];
}

/** Whose answer this is, by what hosts say of themselves; across origins, browsers hide most of it. */
export function hostOf(headers: Headers): HostName | undefined {
  const server = headers.get("Server") ?? "";
  if (headers.has("x-vercel-id") || /^vercel/i.test(server)) return "vercel";
  if (headers.has("x-nf-request-id") || /^netlify/i.test(server)) return "netlify";
  if (headers.has("x-github-request-id") || /^github/i.test(server)) return "github-pages";
  if (headers.has("x-amz-request-id") || /^amazons3/i.test(server)) return "s3";
  if (headers.has("cf-ray") || /^cloudflare/i.test(server)) return "r2";
  return /^(nginx|openresty)/i.test(server) ? "nginx" : undefined;
}

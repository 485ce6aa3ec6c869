// projections[pair, head] = differences[pair] · directions[head]. One invocation owns 4 pairs × 8 heads; for adapters
// without quad operations. Shapes stand in marginProduct.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }

override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> differences: array<vec4f>;
@group(0) @binding(1) var<storage, read> directions: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> projections: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

// Four rows against one direction.
fn dots(a: vec4f, b: vec4f, c: vec4f, d: vec4f, direction: vec4f) -> vec4f {
  return vec4f(dot(a, direction), dot(b, direction), dot(c, direction), dot(d, direction));
}

fn store(row: u32, head: u32, value: vec4f) {
  if (head >= sizes.heads) { return; }
  for (var k = 0u; k < 4u; k++) {
    if (row + k < sizes.pairs) {
      projections[(row + k) * sizes.heads + head] = value[k];
    }
  }
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = (group.x + group.y * groups.x) * workgroup_size + local;
  let head_tiles = (sizes.heads + 7u) / 8u;
  let row = (tile / head_tiles) * 4u;
  let head = (tile % head_tiles) * 8u;
  if (row >= sizes.pairs) { return; }

  let stride = sizes.dimension / 4u;
  let last_row = sizes.pairs - 1u;
  let last_head = sizes.heads - 1u;
  let row0 = row * stride;
  let row1 = min(row + 1u, last_row) * stride;
  let row2 = min(row + 2u, last_row) * stride;
  let row3 = min(row + 3u, last_row) * stride;
  let head0 = head * stride;
  let head1 = min(head + 1u, last_head) * stride;
  let head2 = min(head + 2u, last_head) * stride;
  let head3 = min(head + 3u, last_head) * stride;
  let head4 = min(head + 4u, last_head) * stride;
  let head5 = min(head + 5u, last_head) * stride;
  let head6 = min(head + 6u, last_head) * stride;
  let head7 = min(head + 7u, last_head) * stride;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  var s4 = vec4f(); var s5 = vec4f(); var s6 = vec4f(); var s7 = vec4f();
  for (var k = 0u; k < stride; k++) {
    let a = differences[row0 + k];
    let b = differences[row1 + k];
    let c = differences[row2 + k];
    let d = differences[row3 + k];
    s0 += dots(a, b, c, d, directions[head0 + k]);
    s1 += dots(a, b, c, d, directions[head1 + k]);
    s2 += dots(a, b, c, d, directions[head2 + k]);
    s3 += dots(a, b, c, d, directions[head3 + k]);
    s4 += dots(a, b, c, d, directions[head4 + k]);
    s5 += dots(a, b, c, d, directions[head5 + k]);
    s6 += dots(a, b, c, d, directions[head6 + k]);
    s7 += dots(a, b, c, d, directions[head7 + k]);
  }
  store(row, head, s0);
  store(row, head + 1u, s1);
  store(row, head + 2u, s2);
  store(row, head + 3u, s3);
  store(row, head + 4u, s4);
  store(row, head + 5u, s5);
  store(row, head + 6u, s6);
  store(row, head + 7u, s7);
}

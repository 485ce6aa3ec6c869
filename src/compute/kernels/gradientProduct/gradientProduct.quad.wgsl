// partials[split, head, feature] = Σ over the pairs of the split of residuals[pair, head] · differences[pair, feature],
// by quads: four neighbouring lanes own a tile of 4·heads_per_lane heads × 16 features. Each lane loads 4 features and
// its own residuals; the other lanes' residuals come by quadSwap. Shapes stand in gradientProduct.cpu.ts.
enable subgroups;

struct Sizes { pairs: u32, dimension: u32, heads: u32 }

override workgroup_size: u32 = 64;
// Rows of pairs summed by one split.
override rows_per_split: u32 = 512;
// 1 … 5. Branches on it are settled when the pipeline is compiled.
override heads_per_lane: u32 = 4;

@group(0) @binding(0) var<storage, read> differences: array<vec4f>;
@group(0) @binding(1) var<storage, read> residuals: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % 4u;
  let stride = sizes.dimension / 4u;
  let splits = (sizes.pairs + rows_per_split - 1u) / rows_per_split;
  let feature_tiles = (stride + 3u) / 4u;
  let tile_width = heads_per_lane * 4u;
  let head_tiles = (sizes.heads + tile_width - 1u) / tile_width;
  let quads = workgroup_size / 4u;
  let groups_per_split = (feature_tiles * head_tiles + quads - 1u) / quads;
  // All quads of a workgroup work on one split, so the loop below has the same length for all of them.
  let group_index = group.x + group.y * groups.x;
  let split = group_index / groups_per_split;
  let tile = (group_index % groups_per_split) * quads + local / 4u;
  let feature = (tile % feature_tiles) * 4u + lane;
  let tile_head = (tile / feature_tiles) * tile_width;
  let head = tile_head + lane * heads_per_lane;

  let begin = min(split * rows_per_split, sizes.pairs);
  let end = min(begin + rows_per_split, sizes.pairs);
  let last_head = sizes.heads - 1u;
  let head0 = min(head, last_head);
  let head1 = min(head + 1u, last_head);
  let head2 = min(head + 2u, last_head);
  let head3 = min(head + 3u, last_head);
  let head4 = min(head + 4u, last_head);
  let own_feature = min(feature, stride - 1u);

  // Own columns, then those of the lane across X, across Y and across the diagonal.
  var o0 = vec4f(); var o1 = vec4f(); var o2 = vec4f(); var o3 = vec4f(); var o4 = vec4f();
  var x0 = vec4f(); var x1 = vec4f(); var x2 = vec4f(); var x3 = vec4f(); var x4 = vec4f();
  var y0 = vec4f(); var y1 = vec4f(); var y2 = vec4f(); var y3 = vec4f(); var y4 = vec4f();
  var z0 = vec4f(); var z1 = vec4f(); var z2 = vec4f(); var z3 = vec4f(); var z4 = vec4f();
  for (var r = begin; r < end; r++) {
    let row = differences[r * stride + own_feature];
    let base = r * sizes.heads;
    let c0 = residuals[base + head0];
    o0 += row * c0;
    x0 += row * quadSwapX(c0);
    y0 += row * quadSwapY(c0);
    z0 += row * quadSwapDiagonal(c0);
    if (heads_per_lane > 1u) {
      let c1 = residuals[base + head1];
      o1 += row * c1;
      x1 += row * quadSwapX(c1);
      y1 += row * quadSwapY(c1);
      z1 += row * quadSwapDiagonal(c1);
    }
    if (heads_per_lane > 2u) {
      let c2 = residuals[base + head2];
      o2 += row * c2;
      x2 += row * quadSwapX(c2);
      y2 += row * quadSwapY(c2);
      z2 += row * quadSwapDiagonal(c2);
    }
    if (heads_per_lane > 3u) {
      let c3 = residuals[base + head3];
      o3 += row * c3;
      x3 += row * quadSwapX(c3);
      y3 += row * quadSwapY(c3);
      z3 += row * quadSwapDiagonal(c3);
    }
    if (heads_per_lane > 4u) {
      let c4 = residuals[base + head4];
      o4 += row * c4;
      x4 += row * quadSwapX(c4);
      y4 += row * quadSwapY(c4);
      z4 += row * quadSwapDiagonal(c4);
    }
  }

  if (feature >= stride || split >= splits) { return; }
  let own = tile_head + lane * heads_per_lane;
  let across_x = tile_head + (lane ^ 1u) * heads_per_lane;
  let across_y = tile_head + (lane ^ 2u) * heads_per_lane;
  let across_z = tile_head + (lane ^ 3u) * heads_per_lane;
  store(split, own, feature, o0); store(split, across_x, feature, x0);
  store(split, across_y, feature, y0); store(split, across_z, feature, z0);
  if (heads_per_lane > 1u) {
    store(split, own + 1u, feature, o1); store(split, across_x + 1u, feature, x1);
    store(split, across_y + 1u, feature, y1); store(split, across_z + 1u, feature, z1);
  }
  if (heads_per_lane > 2u) {
    store(split, own + 2u, feature, o2); store(split, across_x + 2u, feature, x2);
    store(split, across_y + 2u, feature, y2); store(split, across_z + 2u, feature, z2);
  }
  if (heads_per_lane > 3u) {
    store(split, own + 3u, feature, o3); store(split, across_x + 3u, feature, x3);
    store(split, across_y + 3u, feature, y3); store(split, across_z + 3u, feature, z3);
  }
  if (heads_per_lane > 4u) {
    store(split, own + 4u, feature, o4); store(split, across_x + 4u, feature, x4);
    store(split, across_y + 4u, feature, y4); store(split, across_z + 4u, feature, z4);
  }
}

fn store(split: u32, head: u32, feature: u32, value: vec4f) {
  if (head < sizes.heads) {
    partials[(split * sizes.heads + head) * (sizes.dimension / 4u) + feature] = value;
  }
}

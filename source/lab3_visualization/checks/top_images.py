import torch


def _tops(channel, k, expected, slips=(), size=2, options=True):
    def example(top_images):
        for before in (True, False):
            model, images = _Watched().train(before), _five()
            more = f", batch_size={size}" if options else ""
            call = f'top_images(model, "body.conv", {channel}, images, {k}{more}), five images'
            got = top_images(model, "body.conv", channel, images, k, **({"batch_size": size} if options else {}))
            _require_evaluation(call, model)
            _require_as_found(call, model, before)
            if not torch.equal(images, _five()):
                raise Wrong(call, Words("the images were changed"), Words("the images as they were"), "Inputs must stay as they are.")
            if max(model.sizes, default=0) > size:
                raise Wrong(call, Words(f"a batch of {max(model.sizes)} images"), Words(f"at most {size} at once"), "All maps of sixty thousand images do not fit into memory. `images.split(batch_size)` cuts them into batches.")
            if 0 < sum(model.sizes) < 5:
                raise Wrong(call, Words(f"{sum(model.sizes)} of 5 images went through the network"), Words("all of them"), "The last batch is smaller, and counts. Does the loop end early, by a `return` inside it?")
            _compare(call, got, torch.tensor(expected), slips, "Each image has one number: the largest value in its map of this channel. Return the places of the k largest numbers, the largest first.")

    return example


EXAMPLES["top_images"] = [
    _tops(
        1,
        3,
        [2, 3, 0],
        [
            ([3, 2, 0], "The images are ordered by the *mean* of the map. Take its largest value."),
            ([0, 3, 2], "The order is turned round. The largest comes first."),
            ([4, 0, 1], "That is another channel. The map (N, C, H, W) is taken at `[:, channel]`."),
            ([9.0, 7.0, 3.0], "These are the largest values. Return the images' places: `topk` gives both, and `.indices` are the places."),
            ([0, 1, 0], "These are places within a batch. Join the numbers of all batches first, and choose then."),
            ([3, 4, 1], "The places count from 1. The first image is 0."),
            (torch.Size([2]), "There are too few. Collect the numbers of all batches before you choose."),
            (torch.Size([5]), "All images came back. Only the k first are asked for."),
        ],
    ),
    _tops(
        0,
        5,
        [4, 0, 1, 2, 3],
        [
            ([4, 0, 1, 3, 2], "The images are ordered by the *mean* of the map. Take its largest value."),
            ([1, 2, 3, 4, 0], "These are ranks: for each image, how many please the channel more. One `argsort` gives the images in order, a second one the ranks."),
            ([3, 2, 1, 0, 4], "The order is turned round. The largest comes first."),
        ],
    ),
    _tops(0, 1, [4], size=64, options=False),
]
MORE_WORDS["top_images"] = _DOTTED

HINTS["top_images"] = (
    "For one batch: your `capture_activations` gives the map. Which single number of it says how much an image pleases this channel?",
    "For each part of `images.split(batch_size)`: the maps (n, C, H, W) of the layer, of these `[:, channel]`, (n, H, W), and `amax(dim=(1, 2))`, (n,). Put the parts together with `torch.cat` behind the loop.",
    "Joined, the parts are one number for each image, (N,), in the images' order. `topk(k)` of it gives a pair, and `.indices` are the places among all images, the largest first.",
)

import torch

_mean, _std = _t([0.5, 0.625, 0.5]), _t([0.223607, 0.414578, 0.4])
_colours = _t([[[[0.2, 0.4]], [[0, 1]], [[0.1, 0.1]]], [[[0.6, 0.8]], [[1, 0.5]], [[0.9, 0.9]]]])
_grey_image = _t([[[[0, 0.5, 1], [0.25, 0.75, 0.5]]]], torch.float64)
_ONE_FOR_ALL = "That is one number for all channels together. Each channel has its own: leave out the channel's axis, `dim=(0, 2, 3)`."
_PER_CHANNEL = ("Channel 0 holds 0.2, 0.4, 0.6 and 0.8, so its mean is 0.5.", "In channel 0 the values lie −0.3, −0.1, 0.1 and 0.3 beside the mean: square these, take the mean of the four squares, and then the root.")
_BY_COUNT = "You divide by the count − 1, as `std` does by itself. Divide by the count: `correction=0`."


def _of_the_images_type(image_statistics):
    for name, got in zip(("mean", "standard deviation"), image_statistics(_colours.clone())):
        if got.dtype != torch.float32:
            raise Wrong("image_statistics(images) with images in float32; the " + name, Words(str(got.dtype)), Words("torch.float32"), "The result has the images' type: `.to(images.dtype)`, if you compute in another.")


EXAMPLES["image_statistics"] = [
    _value(
        "image_statistics(images) with two images of three channels, each 1×2",
        (_colours,),
        (_mean, _std),
        [
            ((_std, _mean), "The two are exchanged: first the mean, then the standard deviation."),
            ((_t(0.541667), None), _ONE_FOR_ALL),
            ((None, _t(0.361613)), _ONE_FOR_ALL),
            ((None, _t(0.377692)), _ONE_FOR_ALL),
            ((_t([0.3, 0.783333]), None), "That is one mean for each image. Each *channel* has one, over all images: `dim=(0, 2, 3)`."),
            ((None, _t([0.33665, 0.177169])), "That is one for each image. Each *channel* has one, over all images: `dim=(0, 2, 3)`."),
            ((None, _t([0.258199, 0.478714, 0.46188])), _BY_COUNT),
            ((None, _t([0.066667, 0.229167, 0.213333])), "That is the variance, and divided by the count − 1. Take its root, and divide by the count."),
            ((None, _t([0.05, 0.171875, 0.16])), "That is the variance. The standard deviation is its square root."),
            ((None, _t([0.1, 0.375, 0])), "That is the mean of each image's own standard deviation. It does not see that one image is darker than another: take all pixels of a channel together."),
            ((None, _t([0.141421, 0.53033, 0])), "That is the mean of each image's own standard deviation. It does not see that one image is darker than another: take all pixels of a channel together."),
            ((torch.Size([2, 3]), None), "That is one number for each image and channel. All images belong together: `dim=(0, 2, 3)`."),
            ((torch.Size([3, 1, 2]), None), "That is one number for each pixel, over the images. The pixels of a channel belong together, too: `dim=(0, 2, 3)`."),
            ((torch.Size([1, 3, 1, 1]), None), "The mean should be of shape (3,), one number for each channel: leave out `keepdim=True` at the end, or flatten it."),
            ((None, torch.Size([1, 3, 1, 1])), "The standard deviation should be of shape (3,), one number for each channel: leave out `keepdim=True` at the end, or flatten it."),
        ],
        names=("mean", "standard deviation"),
        advice=_PER_CHANNEL,
    ),
    _value(
        "image_statistics(images) with one grey image, 2×3, in float64",
        (_grey_image,),
        (_t([0.5], torch.float64), _t([0.322749], torch.float64)),
        [((None, _t([0.353553])), _BY_COUNT)],
        names=("mean", "standard deviation"),
        advice=("There is one channel, so there is one mean, in a tensor of shape (1,).", "There is one channel, so there is one standard deviation, in a tensor of shape (1,)."),
    ),
    _of_the_images_type,
]

HINTS["image_statistics"] = (
    "Images are (N, C, H, W), and a channel's number comes from all images and all pixels: over which three axes do you average?",
    "`mean` and `std` take several axes at once: `dim=(0, 2, 3)` leaves the channels, (C,). And look up what `std` divides by.",
    "images.mean(dim=(0, 2, 3)) is the first. The second is images.std with the same axes and `correction=0`; or the root of the mean of the squared distances from the mean.",
)

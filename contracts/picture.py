"""From when on a camera's picture is called faulty: every threshold of the picture checks, one set per camera.

Written in the inventory as ``picture:`` of a camera, where a value differs from what is shipped.
"""

from typing import Annotated

from pydantic import Field, model_validator

from contracts.strict import Strict

Share = Annotated[float, Field(ge=0.01, le=1.0)]


class PictureLimits(Strict):
    """Thresholds of the picture checks; shares are 0 to 1, grey levels 0 to 255."""

    reference_checks: bool = Field(
        default=True,
        description="compare with the learned view; false for a camera that turns by itself (auto PTZ, cruise): "
        "occluded, moved, blur, noise, cast and stripes are then not checkable",
    )
    confirm: int = Field(
        default=3, ge=1, le=20, description="faulty windows among the newest `confirm_of` that confirm"
    )
    confirm_of: int = Field(default=5, ge=1, le=20, description="windows that `confirm` is counted among")
    anchors: int = Field(
        default=10, ge=4, le=96, description="blocks of 96 with stable edges below which a view is not checkable"
    )
    black_p99: float = Field(
        default=40, ge=1, le=255, description="99th percentile of grey levels below which a picture is black"
    )
    over_share: Share = Field(default=0.55, description="share of pixels above grey level 239 that is over-exposed")
    blur_ratio: Share = Field(default=0.70, description="sharpness against the reference below which it is blurred")
    cover_agreement: Share = Field(
        default=0.35, description="agreement of edge directions, of the reference's own, below which a block is covered"
    )
    cover_edges: Share = Field(
        default=0.33, description="strength of edges, of the reference's, below which a block is covered"
    )
    cover_share: Share = Field(default=0.38, description="share of the view that is covered when it is occluded")
    attention_share: Share = Field(default=0.25, description="share of the view whose cover is worth attention")
    attention_s: float = Field(
        default=3600, ge=60, le=86_400, description="seconds that a share worth attention stands before it is told"
    )
    moved_share: Share = Field(default=0.015, description="shift of the view, of the picture's width, when it is moved")
    moved_deg: float = Field(default=1.0, ge=0.2, le=45, description="rotation in degrees when it is moved")
    moved_scale: Share = Field(default=0.02, description="change of scale when it is moved")
    noise_ratio: float = Field(default=3.0, ge=1.2, le=50, description="noise, of the reference's, when it is noisy")
    snow_share: Share = Field(default=0.02, description="share of single wrong pixels that is snow")
    cast_log: float = Field(
        default=0.25, ge=0.05, le=3, description="change of log(R/G) or log(B/G) on grey surfaces that is a colour cast"
    )
    stripe_levels: float = Field(default=4.0, ge=0.5, le=100, description="height in grey levels of regular stripes")
    flicker_share: Share = Field(default=0.03, description="brightness that jumps from frame to frame, of its mean")
    flicker_every_s: float = Field(
        default=600, ge=10, le=86_400, description="seconds between two bursts of frames that are looked at for flicker"
    )
    night_mean: float = Field(default=45, ge=1, le=200, description="mean grey level below which it is night")
    ir_chroma: float = Field(default=4.0, ge=0.5, le=50, description="colour in grey levels below which it is infrared")

    @model_validator(mode="after")
    def _fits(self) -> "PictureLimits":
        if self.confirm > self.confirm_of:
            raise ValueError("'confirm' must not be greater than 'confirm_of'")
        if self.attention_share > self.cover_share:
            raise ValueError("'attention_share' must not be greater than 'cover_share'")
        return self

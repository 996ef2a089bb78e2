"""The node: looks at the devices of one junction and reports them to the gateway."""

"""One small file per way to reach hardware."""

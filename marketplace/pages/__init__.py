"""What every page shares: the frame, the components, the desk, sign-in and the refusal pages."""

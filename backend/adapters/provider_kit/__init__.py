"""What the providers' modules share: the way out, settings, readings of answers, signatures, codecs two CAs speak."""

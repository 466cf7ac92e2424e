"""What beffroi-audit and the second verifier are asked, for tests/integration/two_verifiers.py.

  forge     makes boards, and alters them below their signatures
  both      asks both, and holds them to each other
  of_files, of_bytes, of_members, of_admission, of_manifests, of_counts
            the cases, each a function `test_…`
"""
